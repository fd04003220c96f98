package io.pergola.span;

import java.nio.file.Path;
import java.util.List;

/**
 * One span of data that is there.
 *
 * @param span its number: days since 1970-01-01 where spans are days
 * @param version its newest version; 0 if it has none
 * @param files of that version, in the order they are read; their contents count in cache keys
 */
public record FoundSpan(long span, long version, List<Path> files) {
  public FoundSpan {
    files = List.copyOf(files);
  }
}
