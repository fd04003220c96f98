package io.pergola.examplegen.internal;

import io.pergola.examplegen.CsvException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which columns of some files are read, found before any job runs, from their headers alone.
 *
 * @param names the columns to read, in the order they are stored
 * @param ignored the columns that some file has and nobody asked for
 */
record CsvLayout(List<String> names, Set<String> ignored) {

  /** The columns of a record, which every file must have. */
  static CsvLayout typed(List<InputFile> files, List<InputColumn> columns) {
    List<String> names = columns.stream().map(InputColumn::name).toList();
    Set<String> ignored = new LinkedHashSet<>();
    List<List<String>> headers = headers(files);
    for (int f = 0; f < files.size(); f++) {
      if (f > 0 && headers.get(f).equals(headers.get(f - 1))) {
        continue;
      }
      InputFile file = files.get(f);
      Set<String> header = new LinkedHashSet<>(headers.get(f));
      List<String> problems = new ArrayList<>();
      for (InputColumn column : columns) {
        if (!header.contains(column.name())) {
          problems.add(
              "'%s' (%s)%s"
                  .formatted(
                      column.name(),
                      column.declaredBy(),
                      nearest(column.name(), header)
                          .map(" - did you mean '%s'?"::formatted)
                          .orElse("")));
        }
      }
      if (!problems.isEmpty()) {
        throw new CsvException(
            file.name(),
            1,
            "Cannot read %s: its header lacks %s. Add the column, or take the component out of the record."
                .formatted(file.name(), String.join(", ", problems)));
      }
      header.removeAll(names);
      ignored.addAll(header);
    }
    return new CsvLayout(names, ignored);
  }

  /** All columns, which must be the same in every file, in any order. */
  static CsvLayout untyped(List<InputFile> files) {
    List<List<String>> headers = headers(files);
    List<String> names = headers.get(0);
    for (int f = 1; f < files.size(); f++) {
      InputFile file = files.get(f);
      List<String> header = headers.get(f);
      if (header.equals(names)) {
        continue;
      }
      List<String> problems = new ArrayList<>();
      missing(names, header).forEach(name -> problems.add("lacks '%s'".formatted(name)));
      missing(header, names).forEach(name -> problems.add("adds '%s'".formatted(name)));
      if (!problems.isEmpty()) {
        throw new CsvException(
            file.name(),
            1,
            "Cannot read %s together with %s: its header %s. Give all files the same columns, or read them with a record that declares the columns wanted."
                .formatted(file.name(), files.get(0).name(), String.join(", ", problems)));
      }
    }
    return new CsvLayout(names, Set.of());
  }

  private static List<String> missing(List<String> wanted, List<String> found) {
    Set<String> known = new HashSet<>(found);
    return wanted.stream().filter(name -> !known.contains(name)).toList();
  }

  private static List<List<String>> headers(List<InputFile> files) {
    LastHeader last = new LastHeader();
    return files.parallelStream().map(file -> header(file, last)).toList();
  }

  private static List<String> header(InputFile file, LastHeader last) {
    try {
      return PieceReader.header(file, last);
    } catch (IOException e) {
      throw InputFiles.unreadable(file.name(), e);
    }
  }

  /** The name that differs least, if by no more than a third of its letters. */
  static Optional<String> nearest(String name, Iterable<String> candidates) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(normal(name), normal(candidate));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return least <= Math.max(2, name.length() / 3) ? Optional.ofNullable(best) : Optional.empty();
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** The Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
