package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonExampleGenTest {
  @TempDir Path folder;

  @Test
  void tellsMissingEmptyAndPresentApart() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            \uFEFF{"id": 1, "tags": ["a", "b"], "rider": {"name": "Ann", "home": {"lat": 41.5}}}

            {"id": 2, "tags": [], "rider": null, "stops": [{"x": 1, "y": "p"}, {"x": 2, "y": "q"}]}
            {"id": 3, "text": "", "stops": [], "none": null, "yes": true}
            """);
    Runs run = run(JsonExampleGen.untyped().from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .containsExactly(
            "{id=1, rider.home.lat=41.5, rider.name=Ann, tags=[a, b]}",
            "{id=2, stops.x=[1, 2], stops.y=[p, q], tags=[]}",
            "{id=3, stops.x=[], stops.y=[], text=, yes=1}");
    assertThat(types(run))
        .isEqualTo(
            Map.of(
                "id", "INT",
                "none", "INT",
                "rider.home.lat", "FLOAT",
                "rider.name", "TEXT",
                "stops.x", "INT list",
                "stops.y", "TEXT list",
                "tags", "TEXT list",
                "text", "TEXT",
                "yes", "INT"));
  }

  record Inferred(String claim, String values, String type) {}

  static List<Inferred> inferences() {
    return List.of(
        new Inferred("whole numbers", "1 -2", "INT"),
        new Inferred("2^63 - 1", "9223372036854775807", "INT"),
        new Inferred("2^63", "9223372036854775808", "FLOAT"),
        new Inferred("one fraction", "1 2 3.5", "FLOAT"),
        new Inferred("an exponent", "1e3", "FLOAT"),
        new Inferred("NaN, as Python writes it", "1 NaN", "FLOAT"),
        new Inferred("infinity", "-Infinity", "FLOAT"),
        new Inferred("beyond 32 bits", "1.5 1e39", "DOUBLE"),
        new Inferred("truth values", "true 2", "INT"),
        new Inferred("digits in quotes", "\"1\"", "TEXT"),
        new Inferred("a list once", "1 [2.5,3]", "FLOAT list"),
        new Inferred("nulls", "null", "INT"));
  }

  @ParameterizedTest
  @MethodSource("inferences")
  void infersTheNarrowestTypeOfTheWholeInput(Inferred c) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String value : c.values().split(" ")) {
      lines.append("{\"d\": 0, \"c\": ").append(value).append("}\n");
    }
    Path file = write("a.json", lines.toString());
    Runs run = run(JsonExampleGen.untyped().from(file));
    assertThat(types(run).get("c")).as(c.claim()).isEqualTo(c.type());
  }

  @Test
  void readsNumbersToTheSameBitsAsCsv() throws IOException {
    String numbers = "0.1 1.17549435E-38 16777217 3.4028235e38 1e-46 7.038531e-26 -0.0";
    StringBuilder json = new StringBuilder();
    StringBuilder csv = new StringBuilder("c\n");
    for (String number : numbers.split(" ")) {
      json.append("{\"c\": ").append(number).append("}\n");
      csv.append(number).append('\n');
    }
    Split all = Split.of("all", 1);
    Runs one = run(JsonExampleGen.untyped().from(write("a.json", json.toString())).splits(all));
    Runs other =
        runIn("o2", CsvExampleGen.untyped().from(write("a.csv", csv.toString())).splits(all));
    assertThat(one.texts("all")).isEqualTo(other.texts("all"));
  }

  record Typed(int id, Float fare, List<String> tags, List<Integer> stopsX, String riderName) {}

  @Test
  void readsOnlyTheFeaturesOfTheRecord() throws IOException {
    Path file = folder.resolve("in/a.jsonl.gz");
    Files.createDirectories(file.getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(
          """
          {"id": 1, "fare": 2, "tags": "a", "stops": [{"x": 1, "z": [[1]]}], "rider": {"name": "é\\ud83d\\ude00"}}
          {"id": 2, "tags": [], "stops": [], "other": [[[{}]]]}
          {"id": 3, "id": 4, "fare": 1, "fare": 2.5}
          """
              .getBytes(StandardCharsets.UTF_8));
    }
    Runs run =
        run(JsonExampleGen.of(Typed.class).from(folder.resolve("in")).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .containsExactly(
            "{id=1, fare=2.0, tags=[a], stops_x=[1], rider_name=é😀}",
            "{id=2, tags=[], stops_x=[]}",
            "{id=4, fare=2.5}");
  }

  record Bad(String claim, String line, String message) {}

  static List<Bad> badLines() {
    return List.of(
        new Bad(
            "cut off",
            "{\"id\": 1",
            "Cannot read %s line 3 column 9: it is not JSON (Unexpected end-of-input: expected close"
                + " marker for Object). Write one object a line, and nothing else."),
        new Bad(
            "no object",
            "[1]",
            "Cannot read %s line 3 column 1: it begins with START_ARRAY, not with an object. Write one"
                + " object a line, and nothing else."),
        new Bad(
            "two objects",
            "{\"id\": 1} {\"id\": 2}",
            "Cannot read %s line 3 column 11: text stands after its object. Write one object a line,"
                + " and nothing else."),
        new Bad(
            "text for a number",
            "{\"id\": 1, \"fare\": \"abc\"}",
            "Cannot read feature 'fare' of %s line 3: 'abc' is not a number. Fix the record, or read"
                + " the column as text: declare Typed.fare as String."),
        new Bad(
            "too large a number",
            "{\"id\": 1, \"fare\": 1e39}",
            "Cannot read feature 'fare' of %s line 3: '1e39' is beyond the range of 32-bit numbers."
                + " Fix the record, or read the column as a 64-bit number: declare Typed.fare as"
                + " Double."),
        new Bad(
            "a missing value that must be there",
            "{\"fare\": 1}",
            "Cannot read feature 'id' of %s line 3: it is missing, but Typed.id is of a primitive"
                + " type. Fix the record, or declare it with the boxed type."),
        new Bad(
            "values that do not line up",
            "{\"id\": 1, \"stops\": [{\"x\": 1}, {}]}",
            "Cannot read feature 'stops_x' of %s line 3: an element of 'stops' has no value for it, so"
                + " that values would not line up. Give every element one, or declare a record"
                + " without it."),
        new Bad(
            "a list in a list",
            "{\"id\": 1, \"tags\": [[\"a\"]]}",
            "Cannot read feature 'tags' of %s line 3: it is a list inside a list. Declare a record"
                + " without it, or write it in another form."),
        new Bad(
            "half a surrogate pair",
            "{\"id\": 1, \"tags\": \"\\ud800\"}",
            "Cannot read feature 'tags' of %s line 3: '\\ud800' has half of a surrogate pair. Fix"
                + " the record."));
  }

  @ParameterizedTest
  @MethodSource("badLines")
  void namesFileLineFeatureValueAndRemedy(Bad bad) throws IOException {
    Path file = write("bad.jsonl", "{\"id\": 1}\n\n" + bad.line() + "\n{\"id\": 1}\n");
    assertThatThrownBy(() -> run(JsonExampleGen.of(Typed.class).from(file)))
        .as(bad.claim())
        .isInstanceOf(InputException.class)
        .hasMessage(bad.message().formatted(file));
  }

  @Test
  void refusesTextAndNumbersTogether() throws IOException {
    Path file = write("a.jsonl", "{\"a\": 1}\n{\"a\": \"x\"}\n");
    assertThatThrownBy(() -> run(JsonExampleGen.untyped().from(file)))
        .hasMessage(
            "Cannot read feature 'a' of %s: it is a number in %s line 1, but text in %s line 2."
                    .formatted(file, file, file)
                + " Give it one type everywhere, or declare a record without it.");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Runs run(FileExampleGen<?, ?> gen) {
    return runIn("out", gen);
  }

  private Runs runIn(String name, FileExampleGen<?, ?> gen) {
    return Runs.of(gen, folder.resolve(name), 2);
  }

  private static Map<String, String> types(Runs run) {
    Map<String, String> types = new HashMap<>();
    for (ExampleSchema.Field field : ExampleFiles.schema(run.folder()).columns()) {
      types.put(field.name(), field.type() + (field.multivalent() ? " list" : ""));
    }
    return types;
  }
}
