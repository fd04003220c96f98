package io.pergola.cli;

import io.pergola.cli.render.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page for the browser that a command writes. */
final class PageFile {
  private static final int FOLDERS = 4;

  private PageFile() {}

  /** Writes the page and says so; folders are created. */
  static void write(Console console, Path file, String page) throws IOException {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.write(file, bytes);
    console.line("%s (%s). Open it in a browser.".formatted(file, Text.size(bytes.length)));
  }

  /** What an artifact is called: the last folders, which are pipeline, node, output, execution. */
  static String title(Path directory) {
    int names = directory.getNameCount();
    return directory.subpath(Math.max(0, names - FOLDERS), names).toString();
  }
}
