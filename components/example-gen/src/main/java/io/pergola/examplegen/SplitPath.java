package io.pergola.examplegen;

import java.io.Serializable;
import java.nio.file.Path;

/**
 * Where the examples of a split are, of input that was divided before.
 *
 * @param name the split's name, as {@link Split} has them
 * @param path a file, a folder or a glob; one that is not absolute is below the source
 */
public record SplitPath(String name, String path) implements Serializable {
  public SplitPath {
    Split.of(name, 1);
    if (path.isBlank()) {
      throw new IllegalArgumentException(
          "Invalid path of split '%s': it is blank (a file, a folder or a glob)".formatted(name));
    }
  }

  /** The examples of a split, which are all in one file, folder or glob. */
  public static SplitPath of(String name, Path path) {
    return new SplitPath(name, path.toString());
  }

  /** The same. */
  public static SplitPath of(String name, String path) {
    return new SplitPath(name, path);
  }
}
