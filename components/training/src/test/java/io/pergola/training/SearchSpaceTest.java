package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.fingerprint.Fingerprints;
import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Dimension.Whole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SearchSpaceTest {
  enum Kind {
    FLAT,
    DEEP
  }

  record Net(double learningRate, int hidden, String activation, Kind kind) {}

  private static SearchSpace<Net> space() {
    return SearchSpace.of(Net.class)
        .real(Net::learningRate)
        .onLogScale(1e-4, 1e-1)
        .integer(Net::hidden)
        .between(8, 11)
        .choice(Net::activation)
        .among("relu", "tanh")
        .choice(Net::kind)
        .among(Kind.FLAT, Kind.DEEP);
  }

  @Test
  void namesItsDimensionsByAccessor() {
    assertThat(space().dimensions())
        .containsExactly(
            new Real("learningRate", 1e-4, 1e-1, Scale.LOG),
            new Whole("hidden", 8, 11, Scale.LINEAR),
            new Choice("activation", List.of("relu", "tanh")),
            new Choice("kind", List.of("FLAT", "DEEP")));
  }

  @Test
  void valuesOfASpaceAreTheRecordAgain() {
    SearchSpace<Net> space =
        SearchSpace.around(new Net(0.5, 3, "relu", Kind.DEEP)).integer(Net::hidden).between(1, 9);

    assertThat(space.complete(new TreeMap<>(Map.of("hidden", 7))).as(Net.class))
        .isEqualTo(new Net(0.5, 7, "relu", Kind.DEEP));
  }

  @Test
  void isPlainDataThatCanBeWrittenAndCompared() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(space());
    Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

    assertThat(read).isEqualTo(space());
    assertThat(Fingerprints.ofValue(read, "space"))
        .isEqualTo(Fingerprints.ofValue(space(), "space"))
        .isNotEqualTo(
            Fingerprints.ofValue(
                SearchSpace.of(Net.class).integer(Net::hidden).between(8, 12), "space"));
  }

  @Test
  void aLogScaleHasEqualRatios() {
    Real rate = new Real("rate", 1e-4, 1e-1, Scale.LOG);
    assertThat(List.of(rate.at(0), rate.at(1.0 / 3), rate.at(2.0 / 3), rate.at(1)))
        .isEqualTo(List.of(1e-4, 1e-3, 1e-2, 1e-1));
    assertThat(rate.points(4)).isEqualTo(List.of(1e-4, 1e-3, 1e-2, 1e-1));
    assertThat(rate.unit(1e-3)).isCloseTo(1.0 / 3, within(1e-12));

    Whole width = new Whole("width", 1, 255, Scale.LOG);
    // Half of ln(256) is ln(16).
    assertThat(width.at(0.4999)).isEqualTo(15);
    assertThat(width.at(0.5001)).isEqualTo(16);
    assertThat(new Whole("width", 1, 64, Scale.LOG).points(4)).isEqualTo(List.of(1, 4, 16, 64));
  }

  @Test
  void everyValueHasAPlaceThatIsItsOwn() {
    for (Scale scale : Scale.values()) {
      Whole whole = new Whole("n", 1, 40, scale);
      for (int n = 1; n <= 40; n++) {
        assertThat(whole.at(whole.unit(n))).isEqualTo(n);
      }
      assertThat(whole.at(0)).isEqualTo(1);
      assertThat(whole.at(1)).isEqualTo(40);
    }
    assertThat(new Whole("n", 1, 40, Scale.LINEAR).points(100)).hasSize(40);
    Choice choice = new Choice("c", List.of("a", "b", "c"));
    assertThat(choice.points(2)).isEqualTo(List.of("a", "b", "c"));
    assertThat(choice.values()).allSatisfy(v -> assertThat(choice.at(choice.unit(v))).isEqualTo(v));
    assertThat(choice.at(1)).isEqualTo("c");
    assertThat(new Real("r", -1, 3, Scale.LINEAR).at(0.123456789)).isEqualTo(-0.506173);
    assertThat(new Real("r", 1, 1 + 1e-9, Scale.LINEAR).points(5))
        .isEqualTo(List.of(1.0, 1 + 1e-9));
  }

  @Test
  void countsItsPoints() {
    SearchSpace<Net> finite =
        SearchSpace.around(new Net(0.5, 3, "", Kind.DEEP))
            .integer(Net::hidden)
            .between(1, 9)
            .choice(Net::kind)
            .among(Kind.FLAT, Kind.DEEP);

    assertThat(finite.size()).isEqualTo(18);
    assertThat(space().size()).isInfinite();
  }

  @Test
  void refusesWhatCannotBeSearched() {
    SearchSpace<Net> some = SearchSpace.of(Net.class).integer(Net::hidden).between(1, 2);

    assertThatThrownBy(some::requireComplete)
        .hasMessage(
            "Cannot search Net: [learningRate, activation, kind] have neither a range nor a value."
                + " Give them ranges, or begin with SearchSpace.around(...), whose values they keep.");
    assertThatThrownBy(() -> SearchSpace.around(new Net(1, 1, "", Kind.FLAT)).requireComplete())
        .hasMessage(
            "Cannot search Net: no component has a range. Add one, such as .real(...).between(0, 1).");
    assertThatThrownBy(() -> some.integer(Net::hidden))
        .hasMessage("Cannot add a range of 'hidden': it has one already. Leave one of them out.");
    assertThatThrownBy(() -> some.real(net -> net.learningRate() * 2))
        .hasMessage(
            "Cannot name a hyperparameter of Net: pass an accessor, such as Net::learningRate.");
    assertThatThrownBy(() -> some.real(Net::learningRate).onLogScale(0, 1))
        .hasMessage(
            "Invalid range of hyperparameter 'learningRate' on a log scale: from 0.0 (must be above 0)");
    assertThatThrownBy(() -> some.real(Net::learningRate).between(1, 1))
        .hasMessage(
            "Invalid range of hyperparameter 'learningRate': 1.0 to 1.0 (finite, from low to high)");
    assertThatThrownBy(() -> some.choice(Net::activation).among("relu", "relu"))
        .hasMessage(
            "Invalid choice of hyperparameter 'activation': [relu, relu] (two or more different values)");
  }
}
