package io.pergola.span;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A path with placeholders for a span, as TFX has them: {@code {SPAN}}, or {@code {YYYY}}, {@code
 * {MM}} and {@code {DD}} together; and {@code {VERSION}}. A width, {@code {SPAN:5}}, asks for
 * exactly so many digits. {@code *} and {@code ?} are wild within a name. {@code
 * docs/reference/span-patterns.md} specifies it.
 */
public final class SpanPattern {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");
  private static final String YEAR = "YYYY";
  private static final String MONTH = "MM";
  private static final String DAY = "DD";
  private static final String SPAN = "SPAN";
  private static final String VERSION = "VERSION";

  private final Path root;
  private final List<Pattern> names = new ArrayList<>();

  private record Match(Map<String, Long> values, Path path) {}

  private SpanPattern(Path pattern) {
    Map<String, Integer> seen = new HashMap<>();
    Path fixed = pattern.getRoot() == null ? Path.of("") : pattern.getRoot();
    for (Path name : pattern) {
      String text = name.toString();
      if (names.isEmpty() && !isWild(text)) {
        fixed = fixed.resolve(text);
      } else {
        names.add(regex(text, pattern, seen));
      }
    }
    root = fixed;
    check(pattern, seen);
  }

  /** Whether a path has placeholders. */
  public static boolean isPattern(Path path) {
    return PLACEHOLDER.matcher(path.toString()).find();
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException if its placeholders make no span
   */
  public static SpanPattern of(Path pattern) {
    return new SpanPattern(pattern);
  }

  /**
   * The spans that are there, ascending, each with its highest version.
   *
   * @param files the files that a path stands for; a path that stands for none does not count
   * @throws UncheckedIOException if a folder cannot be listed
   */
  public List<FoundSpan> find(Function<Path, List<Path>> files) {
    SortedMap<Long, SortedMap<Long, List<Path>>> spans = new TreeMap<>();
    List<Match> matches = new ArrayList<>();
    walk(root, 0, Map.of(), matches);
    for (Match match : matches) {
      Long span = span(match.values());
      if (span != null) {
        List<Path> all = files.apply(match.path());
        if (!all.isEmpty()) {
          spans
              .computeIfAbsent(span, key -> new TreeMap<>())
              .computeIfAbsent(match.values().getOrDefault(VERSION, 0L), key -> new ArrayList<>())
              .addAll(all);
        }
      }
    }
    List<FoundSpan> found = new ArrayList<>();
    spans.forEach(
        (span, versions) ->
            found.add(
                new FoundSpan(
                    span,
                    versions.lastKey(),
                    versions.getOrDefault(versions.lastKey(), List.of()).stream()
                        .sorted(Comparator.comparing(Path::toString))
                        .distinct()
                        .toList())));
    return found;
  }

  private void walk(Path folder, int depth, Map<String, Long> values, List<Match> matches) {
    if (depth == names.size()) {
      matches.add(new Match(values, folder));
      return;
    }
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.sorted().toList()) {
        String name = entry.getFileName().toString();
        Matcher matcher = names.get(depth).matcher(name);
        if (!name.startsWith(".") && matcher.matches()) {
          Map<String, Long> more = new HashMap<>(values);
          for (String key : List.of(YEAR, MONTH, DAY, SPAN, VERSION)) {
            if (names.get(depth).pattern().contains("(?<" + key + ">")) {
              more.put(key, Long.parseLong(matcher.group(key)));
            }
          }
          walk(folder.toString().isEmpty() ? entry.getFileName() : entry, depth + 1, more, matches);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot list %s: %s. Check the path.".formatted(folder, e.getMessage()), e);
    }
  }

  private static @Nullable Long span(Map<String, Long> values) {
    Long span = values.get(SPAN);
    if (span != null) {
      return span;
    }
    try {
      return LocalDate.of(
              Math.toIntExact(values.getOrDefault(YEAR, 0L)),
              Math.toIntExact(values.getOrDefault(MONTH, 0L)),
              Math.toIntExact(values.getOrDefault(DAY, 0L)))
          .toEpochDay();
    } catch (DateTimeException e) {
      return null; // 2026-02-30 is a folder's name, and no day
    }
  }

  private static boolean isWild(String name) {
    return PLACEHOLDER.matcher(name).find() || name.contains("*") || name.contains("?");
  }

  private static Pattern regex(String name, Path pattern, Map<String, Integer> seen) {
    StringBuilder regex = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(name);
    int from = 0;
    while (placeholder.find()) {
      literal(name.substring(from, placeholder.start()), regex);
      String inner = placeholder.group(1);
      int colon = inner.indexOf(':');
      String key = colon < 0 ? inner : inner.substring(0, colon);
      int digits =
          switch (key) {
            case YEAR -> 4;
            case MONTH, DAY -> 2;
            default -> 0;
          };
      if (!List.of(YEAR, MONTH, DAY, SPAN, VERSION).contains(key)
          || (colon >= 0 && (digits > 0 || !inner.substring(colon + 1).matches("[1-9]|1[0-8]")))) {
        throw new IllegalArgumentException(
            "Invalid placeholder {%s} in %s (known are {SPAN}, {SPAN:width}, {VERSION}, {VERSION:width}, {YYYY}, {MM}, {DD}; a width is 1 to 18)"
                .formatted(inner, pattern));
      }
      String width =
          digits > 0
              ? "{" + digits + "}"
              : colon >= 0 ? "{" + inner.substring(colon + 1) + "}" : "{1,18}";
      if (seen.merge(key, 1, Integer::sum) > 1) {
        throw new IllegalArgumentException(
            "Invalid span pattern %s: {%s} occurs twice (once at most)".formatted(pattern, key));
      }
      regex.append("(?<").append(key).append(">[0-9]").append(width).append(')');
      from = placeholder.end();
    }
    literal(name.substring(from), regex);
    return Pattern.compile(regex.toString());
  }

  private static void literal(String text, StringBuilder regex) {
    for (char c : text.toCharArray()) {
      if (c == '*') {
        regex.append(".*");
      } else if (c == '?') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
  }

  private static void check(Path pattern, Map<String, Integer> seen) {
    long dates = Stream.of(YEAR, MONTH, DAY).filter(seen::containsKey).count();
    boolean bySpan = seen.containsKey(SPAN);
    if (bySpan ? dates > 0 : dates != 3) {
      throw new IllegalArgumentException(
          "Invalid span pattern %s: it has %s (it needs {SPAN}, or {YYYY}, {MM} and {DD}, and not both)"
              .formatted(
                  pattern,
                  seen.isEmpty()
                      ? "none"
                      : String.join(", ", seen.keySet().stream().sorted().toList())));
    }
  }
}
