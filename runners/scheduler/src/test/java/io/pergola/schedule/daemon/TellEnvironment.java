package io.pergola.schedule.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A child that writes the variables it was given, a line each, into the file it is given. */
final class TellEnvironment {
  private TellEnvironment() {}

  public static void main(String[] arguments) throws Exception {
    List<String> lines = new ArrayList<>();
    new TreeMap<>(System.getenv()).forEach((name, value) -> lines.add(name + "=" + value));
    Files.write(Path.of(arguments[0]), lines);
  }
}
