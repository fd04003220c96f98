package io.pergola.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Model;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.LatestBlessedModel;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ValueFingerprintTest {
  enum Size {
    SMALL,
    LARGE
  }

  record Point(double x, double y) {}

  record Spot(double x, double y) {}

  record Pair(Object left, Object right) {}

  interface Work extends Serializable, Function<Integer, Integer> {}

  static Stream<Object> different() {
    return Stream.of(
        1,
        1L,
        1f,
        1.0,
        "1",
        '1',
        (short) 1,
        (byte) 1,
        true,
        0.0,
        -0.0,
        Double.NaN,
        new BigDecimal("1.0"),
        new BigDecimal("1.00"),
        "",
        "null",
        List.of(),
        List.of(1),
        List.of(1, 2),
        List.of(2, 1),
        List.of(List.of(1), 2),
        List.of(List.of(1, 2)),
        List.of("a", "b"),
        List.of("a;String:1:b"),
        List.of("ab"),
        Set.of(),
        Set.of(1),
        Map.of(),
        Map.of("a", 1),
        new TreeMap<>(Map.of("a", 1)),
        Optional.empty(),
        Optional.of(1),
        Optional.of(Optional.empty()),
        Size.SMALL,
        Size.LARGE,
        new Point(1, 2),
        new Point(2, 1),
        new Spot(1, 2),
        new Pair(1, List.of(2)),
        new Pair(List.of(1), 2),
        Path.of("1"),
        Path.of("a/b"),
        Path.of("/a/b"),
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        Pattern.compile("a"),
        Pattern.compile("a", Pattern.CASE_INSENSITIVE),
        String.class,
        int.class,
        Point.class,
        new Channel<>("trainer", "model", Model.class));
  }

  @Test
  void differentValuesHaveDifferentFingerprints() {
    Map<String, Object> seen = new HashMap<>();
    different()
        .forEach(
            value -> {
              Object other = seen.put(Fingerprints.ofValue(value, "v"), value);
              assertThat(other).as("same fingerprint as %s", value).isNull();
            });
    assertThat(seen).doesNotContainKey(Fingerprints.ofValue(null, "v"));
  }

  record Same(Object one, Object two) {}

  static Stream<Same> same() {
    Map<String, Integer> linked = new LinkedHashMap<>();
    linked.put("b", 2);
    linked.put("a", 1);
    return Stream.of(
        new Same(new Point(1, 2), new Point(1, 2)),
        new Same(List.of(1, 2), new ArrayList<>(Arrays.asList(1, 2))),
        new Same(Map.of("a", 1, "b", 2), linked),
        new Same(Set.of(1, 2, 3), new HashSet<>(List.of(3, 2, 1))),
        new Same(new String("a"), "a"),
        new Same(Pattern.compile("a"), Pattern.compile("a")),
        new Same(Double.NaN, 0.0 / 0.0));
  }

  @ParameterizedTest
  @MethodSource("same")
  void equalValuesHaveEqualFingerprints(Same same) {
    assertThat(Fingerprints.ofValue(same.one(), "v"))
        .isEqualTo(Fingerprints.ofValue(same.two(), "v"));
  }

  private static Work adding(int n) {
    return x -> x + n;
  }

  @Test
  void lambdaCountsByItsCodeAndWhatItCaptures() {
    Work elsewhere = x -> x + 1;

    assertThat(Fingerprints.ofValue(adding(1), "v"))
        .isEqualTo(Fingerprints.ofValue(adding(1), "v"))
        .isNotEqualTo(Fingerprints.ofValue(adding(2), "v"))
        .isNotEqualTo(Fingerprints.ofValue(elsewhere, "v"));
  }

  @Test
  void lambdaOfAnInterfaceThatIsNotSerializableIsRefused() {
    Function<Integer, Integer> plain = x -> x;

    assertThatThrownBy(() -> Fingerprints.ofValue(plain, "Trainer.train"))
        .hasMessageStartingWith("Cannot fingerprint Trainer.train of type ")
        .hasMessageEndingWith(
            ": caching needs a value that can be compared across runs. Use a record, an enum, a"
                + " list, or a serializable lambda.");
  }

  @Test
  void endlessNestingIsRefused() {
    List<Object> ring = new ArrayList<>();
    ring.add(ring);

    assertThatThrownBy(() -> Fingerprints.ofValue(ring, "v"))
        .hasMessageEndingWith(
            "it is nested deeper than 500 levels. Make it flatter, or free of cycles.");
  }

  private static native int nativeCode(int x);

  @Test
  void nativeCodeIsRefused() {
    Work work = ValueFingerprintTest::nativeCode;

    assertThatThrownBy(() -> Fingerprints.ofValue(work, "Trainer.train"))
        .hasMessage(
            "Cannot fingerprint Trainer.train: it reaches native code in %s.nativeCode, whose"
                    .formatted(getClass().getName())
                + " changes cannot be seen. Give the component a version that you change with its"
                + " code: codeVersion().");
  }

  @Test
  void statedVersionStandsForTheCodeOfLambdasButNotForWhatTheyCapture() {
    TaxiSteps.Trainer one = trainer(t -> t.save(1), "2");
    TaxiSteps.Trainer two = trainer(t -> t.save(2), "2");
    double weight = Math.random();

    assertThat(trainPrint(one)).isEqualTo(trainPrint(two));
    assertThat(trainPrint(trainer(t -> t.save(weight), "2"))).isNotEqualTo(trainPrint(one));
    assertThat(Fingerprints.ofCode(one))
        .isEqualTo(Fingerprints.ofCode(two))
        .isNotEqualTo(Fingerprints.ofCode(trainer(t -> t.save(1), "3")));
  }

  private static TaxiSteps.Trainer trainer(TaxiSteps.TrainFunction train, String version) {
    return new TaxiSteps.Trainer(
        new Channel<>("transform", "examples", null), train, Optional.of(version));
  }

  private static String trainPrint(TaxiSteps.Trainer trainer) {
    return Fingerprints.ofParameter(trainer, "train", trainer.train());
  }

  @Test
  void builtInComponentsOfDifferentTypesDifferWithinARelease() {
    assertThat(Fingerprints.ofCode(new LatestBlessedModel()))
        .hasSize(64)
        .isEqualTo(Fingerprints.ofCode(new LatestBlessedModel()))
        .isNotEqualTo(Fingerprints.ofCode(new TaxiSteps.Load<>(Point.class)));
  }

  @Test
  void aBuiltInComponentInsideAValueCountsByRelease() {
    assertThat(CanonicalValue.withCode(new LatestBlessedModel(), "value"))
        .contains("release:")
        .doesNotContain("code:")
        .isEqualTo(CanonicalValue.withoutCode(new LatestBlessedModel(), "value"));
  }
}
