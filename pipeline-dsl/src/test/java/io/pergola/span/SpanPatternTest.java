package io.pergola.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpanPatternTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{YYYY}-{MM}-{DD}/trips.csv; 2026-11-20/trips.csv; 20777 v0",
        "{YYYY}/{MM}/{DD}/trips.csv; 2026/11/20/trips.csv; 20777 v0",
        "{YYYY}{MM}{DD}.csv; 20261120.csv; 20777 v0",
        "{MM}-{DD}-{YYYY}; 01-02-1970; 1 v0",
        "span-{SPAN}/part-*; span-20777/part-7; 20777 v0",
        "span-{SPAN:5}/a.csv; span-00012/a.csv; 12 v0",
        "span-{SPAN:5}/a.csv; span-12/a.csv; ",
        "span-{SPAN:2}/a.csv; span-012/a.csv; ",
        "s{SPAN}v{VERSION}/a.csv; s7v12/a.csv; 7 v12",
        "s{SPAN}/v{VERSION:2}.csv; s7/v03.csv; 7 v3",
        "s{SPAN}/v{VERSION:2}.csv; s7/v3.csv; ",
        "{YYYY}-{MM}-{DD}/trips.csv; 2026-02-30/trips.csv; ",
        "{YYYY}-{MM}-{DD}/trips.csv; 2026-11-20/trips.csv.tmp; ",
        "{YYYY}-{MM}-{DD}.(a)+.csv; 2026-11-20.(a)+.csv; 20777 v0",
        "{SPAN}.csv; .1.csv; ",
      })
  void aPathIsASpanOfAPatternOrNot(String pattern, String file, String expected)
      throws IOException {
    write(file);

    List<String> found = find(pattern);

    assertThat(found).isEqualTo(expected == null ? List.of() : List.of(expected));
  }

  @Test
  void rule22_theHighestVersionOfEachSpanIsTaken() throws IOException {
    write("2026-11-19/trips-v2.csv");
    write("2026-11-20/trips-v1.csv");
    write("2026-11-20/trips-v9.csv");
    write("2026-11-20/trips-v10.csv");

    assertThat(find("{YYYY}-{MM}-{DD}/trips-v{VERSION}.csv"))
        .containsExactly("20776 v2", "20777 v10");
  }

  @Test
  void allFilesOfAVersionBelongToIt() throws IOException {
    write("7/v1-b.csv");
    write("7/v1-a.csv");
    write("7/v0-a.csv");

    List<FoundSpan> found =
        SpanPattern.of(folder.resolve("{SPAN}/v{VERSION}-*.csv")).find(List::of);

    assertThat(found)
        .containsExactly(
            new FoundSpan(
                7, 1, List.of(folder.resolve("7/v1-a.csv"), folder.resolve("7/v1-b.csv"))));
  }

  @Test
  void aPathWithoutFilesIsNoSpan() throws IOException {
    write("7/a.csv");
    Files.createDirectories(folder.resolve("8"));

    assertThat(
            SpanPattern.of(folder.resolve("{SPAN}"))
                .find(
                    path -> Files.exists(path.resolve("a.csv")) ? List.of(path) : List.<Path>of()))
        .extracting(FoundSpan::span)
        .containsExactly(7L);
  }

  @Test
  void aFolderThatIsNotThereHasNoSpans() {
    assertThat(find("nowhere/{SPAN}/a.csv")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{YYYY}-{MM}.csv; it has MM, YYYY (it needs {SPAN}, or {YYYY}, {MM} and {DD}, and not both)",
        "{VERSION}.csv; it has VERSION (it needs",
        "{SPAN}/{YYYY}{MM}{DD}; it has DD, MM, SPAN, YYYY (it needs",
        "{SPAN}/{SPAN}; {SPAN} occurs twice (once at most)",
        "{HH}.csv; Invalid placeholder {HH} in ",
        "{SPAN:x}.csv; Invalid placeholder {SPAN:x} in ",
        "{SPAN:0}.csv; Invalid placeholder {SPAN:0} in ",
        "{YYYY:4}.csv; Invalid placeholder {YYYY:4} in ",
      })
  void otherPatternsAreRefused(String pattern, String message) {
    assertThatThrownBy(() -> SpanPattern.of(Path.of("data").resolve(pattern)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private List<String> find(String pattern) {
    return SpanPattern.of(folder.resolve(pattern)).find(List::of).stream()
        .map(span -> span.span() + " v" + span.version())
        .toList();
  }

  private void write(String file) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, "");
  }
}
