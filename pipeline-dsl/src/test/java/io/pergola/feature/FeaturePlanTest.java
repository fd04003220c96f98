package io.pergola.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.fingerprint.CodeReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FeaturePlanTest {
  record Trip(Float fare, Float tips, String company, Integer startHour) {}

  /** Every expression once. */
  private static FeaturePlan plan() {
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare).orElse(0);
    Categorical hour = trip.number(Trip::startHour).identity(24);
    return Features.of()
        .dense(
            fare.zScore(),
            fare.minMax(-1, 1).as("fare_scaled"),
            fare.dividedBy(trip.number(Trip::tips).plus(1)).minus(0.1).as("ratio"))
        .categorical(
            trip.text(Trip::company).orElse("").vocabulary(1_000, 10, 2),
            hour.cross(trip.text(Trip::company)).hash(100),
            fare.bucketize(10).as("fare_bucket"))
        .label(trip.number(Trip::tips).greaterThan(fare.times(0.2)));
  }

  @Test
  void examplesHaveOneWeightWhichPlansWithoutItDoNotName() {
    Columns<Trip> trip = Columns.of();
    Features features = Features.of().dense(trip.number(Trip::fare));
    FeaturePlan unweighted = features.unlabelled();
    FeaturePlan weighted =
        features.weight(trip.number(Trip::tips).plus(1).as("importance")).unlabelled();

    assertThat(unweighted.toJson()).doesNotContain("weights");
    assertThat(weighted.weights()).containsOnlyKeys("importance");
    assertThat(weighted.columns()).containsEntry("importance", List.of("tips"));
    assertThat(FeaturePlan.fromJson(weighted.toJson())).isEqualTo(weighted);
    assertThatThrownBy(() -> features.weight(trip.number(Trip::startHour)))
        .hasMessage(
            "Cannot weight examples by 'start_hour': they are weighted by 'importance' already."
                + " Multiply them: a.times(b).");
    assertThatThrownBy(() -> features.dense(trip.number(Trip::tips).as("importance")))
        .hasMessageStartingWith("Cannot add feature 'importance' twice");
  }

  /** Every operation on numbers and truth values that came after the first golden file. */
  private static FeaturePlan numbers() {
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare);
    Numeric tips = trip.number(Trip::tips);
    return Features.of()
        .dense(
            fare.ln().plus(fare.log1p()).plus(fare.abs()).as("functions_1"),
            fare.sqrt().plus(fare.floor()).plus(fare.round()).as("functions_2"),
            fare.power(2).min(tips).max(fare.clip(-1, 100)).as("bounds"),
            Numeric.sum(fare, tips).as("total"),
            Numeric.when(fare.isMissing().or(tips.greaterThan(fare)))
                .then(tips)
                .otherwise(0)
                .as("chosen"))
        .label(trip.text(Trip::company).isMissing().and(fare.equalTo(tips).not()));
  }

  record Film(List<String> genres, List<Integer> cast, List<Float> stars, String plot) {}

  /** Every operation on lists. */
  private static FeaturePlan lists() {
    Columns<Film> film = Columns.of();
    Tokens genres = film.texts(Film::genres);
    Ids cast = film.numbers(Film::cast).identity(500);
    Numbers stars = film.numbers(Film::stars);
    Ids words =
        film.text(Film::plot)
            .orElse("")
            .tokenize()
            .ngrams(1, 2, "_")
            .first(50)
            .vocabulary(1_000, 1, 2);
    return Features.of()
        .dense(
            genres.lower().strip().nfc().distinct().hash(20).multiHot(),
            film.text(Film::plot).tokenize(Pattern.compile("\\w+")).count().as("words"),
            words.tfIdf().as("weights"),
            words.tfIdfUnsmoothed().as("weights_unsmoothed"),
            cast.distinct().bagOfWords(),
            Numeric.sum(
                    stars.count(),
                    stars.sum(),
                    stars.mean(),
                    stars.max(),
                    stars.min(),
                    stars.first())
                .as("measures"),
            stars
                .times(2)
                .minus(1)
                .plus(3)
                .dividedBy(4)
                .ln()
                .log1p()
                .abs()
                .sqrt()
                .first(3)
                .padTo(4, -1),
            stars.first().identity(6).oneHot().as("first_star"),
            Vector.of("two", stars.min(), stars.max()),
            genres.isMissing().asNumber().as("no_genres"))
        .sequence(
            words.padTo(20).as("plot"),
            film.text(Film::plot)
                .split(Pattern.compile(";", Pattern.LITERAL))
                .hash(9)
                .first(4)
                .padTo(4)
                .as("parts"))
        .unlabelled();
  }

  /** A reference that a file of an earlier release has; its code is nowhere. */
  private static CodeReference earlier(String method, String descriptor, String... captured) {
    return new CodeReference(
        "taxi.TaxiFeatures",
        "taxi.Fares",
        method,
        descriptor,
        CodeReference.Kind.STATIC,
        List.of(captured),
        "0123456789abcdef");
  }

  /** Functions of authors, and what came with them. */
  private static FeaturePlan own() {
    Columns<Film> film = Columns.of();
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare);
    Numeric tips = trip.number(Trip::tips);
    Text company = trip.text(Trip::company);
    Numbers stars = film.numbers(Film::stars);
    Mapped.Numbers capped =
        new Mapped.Numbers(
            "capped",
            earlier(CodeReference.LAMBDA, "(DD)D", "double 0.25"),
            Mapped.Arguments.ONE,
            Mapped.Missing.STAYS,
            List.of(fare.expr()));
    Mapped.Numbers known =
        new Mapped.Numbers(
            "known",
            earlier("known", "([D)D"),
            Mapped.Arguments.MANY,
            Mapped.Missing.NAN,
            List.of(fare.expr(), tips.expr(), fare.expr()));
    return Features.of()
        .dense(
            new Numeric("capped", capped),
            new Numeric("known", known),
            new Numeric(
                "spread",
                new Mapped.NumberOfList("spread", earlier("spread", "([D)D"), stars.expr())),
            new Numeric(
                "digits",
                new Mapped.NumberOfText(
                    "digits", earlier("digits", "(Ljava/lang/String;)D"), company.expr())),
            Vector.of("pair", fare, tips).pca(1),
            fare.minus(fare.analysed().variance()).as("moved"),
            fare.perKey(company).largest().as("largest"),
            fare.perKey(company).robustScale().as("robust"),
            stars.distinct().count().as("stars"),
            company.upper().nfkc().length().as("length"))
        .categorical(
            new Text(
                    "area",
                    new Mapped.TextOfText(
                        "area",
                        earlier("area", "(Ljava/lang/String;)Ljava/lang/String;"),
                        company.expr()))
                .hash(10),
            tips.bucketizeEqualWidth(5).as("width"))
        .label(company.is("cash", "card"));
  }

  record Ride(Long pickup, Double dropoff, String ordered, String plate, Integer zone) {}

  /** Every operation on times, replaced text, and a cross of three. */
  private static FeaturePlan times() {
    Columns<Ride> ride = Columns.of();
    ZoneId chicago = ZoneId.of("America/Chicago");
    Time pickup = ride.time(Ride::pickup, TimeValue.Unit.MILLISECONDS);
    Time ordered = ride.text(Ride::ordered).time("uuuu-MM-dd HH:mm", ZoneId.of("UTC"));
    Numeric angle = pickup.hour(chicago).times(Math.PI / 12);
    Text plate = ride.text(Ride::plate).replace(Pattern.compile("([A-Z]+)-\\d+"), "$1");
    return Features.of()
        .dense(
            angle.sin().as("hour_sin"),
            angle.cos().as("hour_cos"),
            ride.time(Ride::dropoff).secondsSince(pickup),
            ordered.year(chicago),
            ordered.dayOfYear(chicago),
            pickup.weekend(chicago).asNumber())
        .categorical(
            pickup.dayOfWeek(chicago).identity(8),
            pickup
                .month(chicago)
                .identity(13)
                .cross(plate)
                .cross(ride.number(Ride::zone).identity(78))
                .hash(500))
        .label(ordered.isMissing());
  }

  private static String golden() throws IOException {
    return golden("plan-1.json");
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = FeaturePlanTest.class.getResourceAsStream("/golden/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void planIsWrittenAsTheGoldenFileHasIt() throws IOException {
    assertThat(plan().toJson()).isEqualTo(golden());
  }

  @Test
  void functionsAndWhatCameWithThemHaveTheirGoldenFile() throws IOException {
    assertThat(own().toJson()).isEqualTo(golden("plan-1-own.json"));
    assertThat(FeaturePlan.fromJson(golden("plan-1-own.json"))).isEqualTo(own());
  }

  @Test
  void goldenFileIsReadAsThePlan() throws IOException {
    assertThat(FeaturePlan.fromJson(golden())).isEqualTo(plan());
  }

  @Test
  void operationsOnNumbersAreAsTheirGoldenFileHasThem() throws IOException {
    assertThat(numbers().toJson()).isEqualTo(golden("plan-1-numbers.json"));
    assertThat(FeaturePlan.fromJson(golden("plan-1-numbers.json"))).isEqualTo(numbers());
  }

  @Test
  void operationsOnListsAreAsTheirGoldenFileHasThem() throws IOException {
    assertThat(lists().toJson()).isEqualTo(golden("plan-1-lists.json"));
    assertThat(FeaturePlan.fromJson(golden("plan-1-lists.json"))).isEqualTo(lists());
  }

  @Test
  void operationsOnTimesAreAsTheirGoldenFileHasThem() throws IOException {
    assertThat(times().toJson()).isEqualTo(golden("plan-1-times.json"));
    assertThat(FeaturePlan.fromJson(golden("plan-1-times.json"))).isEqualTo(times());
    assertThat(times().dense().keySet())
        .containsExactly(
            "dropoff_since_pickup",
            "hour_cos",
            "hour_sin",
            "ordered_day_of_year",
            "ordered_year",
            "pickup_weekend");
    assertThat(times().categorical().get("pickup_month_x_plate_x_zone").text())
        .isEqualTo(
            "(pickup.month(America/Chicago).identity(13) x"
                + " plate.replace(\"([A-Z]+)-\\d+\", \"$1\") x zone.identity(78)).hash(500)");
    assertThat(times().dense().get("ordered_year").text())
        .isEqualTo("ordered.time(\"uuuu-MM-dd HH:mm\", UTC).year(America/Chicago)");
  }

  @Test
  void impossibleTimesAndReplacementsAreRefused() {
    Columns<Ride> ride = Columns.of();

    assertThatThrownBy(() -> new TimePart(TimePart.Name.HOUR, ride.time(Ride::pickup).expr(), "x"))
        .hasMessage("Invalid time zone: 'x' (such as UTC, Europe/Berlin or +01:00)");
    assertThatThrownBy(() -> ride.text(Ride::ordered).time("uuuu-bb", ZoneId.of("UTC")))
        .hasMessageStartingWith("Invalid pattern of a time: 'uuuu-bb' (");
    assertThatThrownBy(() -> ride.text(Ride::plate).replace(Pattern.compile("(a)"), "$2"))
        .hasMessage("Invalid replacement: '$2' (No group 2, in pattern '(a)')");
    assertThat(
            ride.text(Ride::plate).replace(Pattern.compile("a|b(?<n>c)"), "${n}$0").expr().text())
        .isEqualTo("plate.replace(\"a|b(?<n>c)\", \"${n}$0\")");
  }

  @Test
  void listsKnowTheirSizesAndColumns() {
    FeaturePlan plan = lists();

    assertThat(plan.dense().get("genres").width()).isEqualTo(20);
    assertThat(plan.dense().get("weights").width()).isEqualTo(1_001);
    assertThat(plan.dense().get("measures").width()).isEqualTo(1);
    assertThat(plan.sequences().get("plot").length()).isEqualTo(20);
    assertThat(plan.sequences().get("plot").size()).isEqualTo(1_001);
    assertThat(plan.columns())
        .containsEntry("genres", List.of("genres"))
        .containsEntry("plot", List.of("plot"))
        .containsEntry("two", List.of("stars"));
    assertThat(plan.sequences().get("parts").text())
        .isEqualTo("plot.split(\";\", 16).hash(9).first(4).padTo(4)");
    assertThat(plan.dense().get("weights").text())
        .isEqualTo(
            "plot.orElse(\"\").tokenize().ngrams(1, 2, \"_\").first(50).vocabulary(1000, 1, 2)"
                + ".tfIdf()");
  }

  @Test
  void impossibleListsAreRefused() {
    Columns<Film> film = Columns.of();
    Tokens genres = film.texts(Film::genres);

    assertThatThrownBy(() -> genres.ngrams(2, 1))
        .hasMessage(
            "Invalid lengths of n-grams: 2..1 (must be 1 or above, ascend, and end at 100 at most)");
    assertThatThrownBy(() -> genres.hash(1 << 17).multiHot())
        .hasMessage(
            "Invalid width of a vector of genres.hash(131072): 131072 (must be at most 65536)");
    assertThatThrownBy(() -> genres.hash(5).padTo(0))
        .hasMessage("Invalid length to pad to: 0 (must be 1 to 65536)");
    assertThatThrownBy(() -> film.text(Film::plot).as("x").split(Pattern.compile("a")).first(0))
        .hasMessage("Invalid number of first texts: 0 (must be above 0)");
    assertThatThrownBy(() -> new TokenList.Find(new Expr.TextColumn("x"), "(", 0))
        .hasMessage("Invalid pattern: '(' (Unclosed group at 1)");
    assertThatThrownBy(() -> new Expr.Hash(genres.expr(), 5))
        .hasMessage("Invalid operand of hash: genres (must be a number, text or category)");
    assertThatThrownBy(() -> new ListMeasure(ListMeasure.Name.MEAN, genres.expr()))
        .hasMessage("Invalid operand of mean: genres (must be a list of numbers)");
    assertThatThrownBy(() -> new Truth.IsMissing(genres.hash(5).multiHot().expr()))
        .hasMessage(
            "Invalid operand of isMissing: genres.hash(5).multiHot() (must not be a vector or"
                + " sequence)");
    assertThatThrownBy(
            () ->
                Features.of().dense(genres.count()).sequence(genres.hash(5).padTo(3)).unlabelled())
        .hasMessage(
            "Cannot add feature 'genres' twice (first as ListMeasure, again as PaddedIds). Rename"
                + " one: .as(\"genres_2\").");
  }

  @Test
  void expressionsReadAsTheirAuthorWroteThem() {
    assertThat(numbers().dense().get("chosen").text())
        .isEqualTo("when(fare.isMissing().or(tips.greaterThan(fare))).then(tips).otherwise(0.0)");
    assertThat(numbers().dense().get("bounds").text())
        .isEqualTo("fare.power(2.0).min(tips).max(fare.clip(-1.0, 100.0))");
    assertThat(numbers().dense().get("total").text()).isEqualTo("sum(fare, tips)");
    assertThat(numbers().labels().get("company").text())
        .isEqualTo("company.isMissing().and(fare.equalTo(tips).not())");
  }

  @Test
  void floatsKeepTheirBits() {
    for (float value : new float[] {0.1f, -0f, 1e-45f, Float.MAX_VALUE, 16777216f, 0.2f}) {
      FeaturePlan plan =
          Features.of().dense(new Numeric("x", new Expr.Constant(value))).unlabelled();

      assertThat(FeaturePlan.fromJson(plan.toJson())).isEqualTo(plan);
    }
  }

  @Test
  void orderOfFeaturesDoesNotMatter() {
    Columns<Trip> trip = Columns.of();
    Numeric fare = trip.number(Trip::fare);
    Numeric tips = trip.number(Trip::tips);

    assertThat(Features.of().dense(fare, tips).unlabelled())
        .isEqualTo(Features.of().dense(tips).dense(fare).unlabelled());
  }

  @Test
  void accessorsAndNamedColumnsDescribeTheSameColumn() {
    assertThat(Columns.<Trip>of().number(Trip::startHour))
        .isEqualTo(Columns.<Trip>of().number(Column.number("start_hour")));
    assertThat(Columns.<Trip>of().text(Trip::company))
        .isEqualTo(Columns.<Trip>of().text(Column.text("company")));
  }

  @Test
  void crossIsNamedAfterItsParts() {
    Columns<Trip> trip = Columns.of();

    assertThat(trip.text(Trip::company).cross(trip.number(Trip::fare).bucketize(10)).hash(5).name())
        .isEqualTo("company_x_fare");
  }

  @Test
  void textInPlaceOfANumberIsRefusedWhenRead() {
    String wrong =
        """
        {"format": 1, "categorical": {}, "labels": {},
         "dense": {"x": {"op": "z_score", "of": {"op": "text", "column": "x"}}}}
        """;

    assertThatThrownBy(() -> FeaturePlan.fromJson(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read feature plan: ");
  }

  @Test
  void classNamesInAFileAreNeverFollowed() {
    String wrong =
        """
        {"format": 1, "categorical": {}, "labels": {},
         "dense": {"x": {"op": "java.lang.ProcessBuilder"}}}
        """;

    assertThatThrownBy(() -> FeaturePlan.fromJson(wrong))
        .hasMessageStartingWith("Cannot read feature plan: ");
  }

  @Test
  void impossibleValuesAreRefused() {
    Columns<Trip> trip = Columns.of();

    assertThatThrownBy(() -> trip.number(Trip::fare).bucketize(0))
        .hasMessage("Invalid number of buckets: 0 (must be above 0)");
    assertThatThrownBy(() -> trip.text(Trip::company).vocabulary(1, -1))
        .hasMessage("Invalid number of out-of-vocabulary buckets: -1 (must be 0 or above)");
    assertThatThrownBy(() -> trip.text(Trip::company).vocabulary(1, 0, 0))
        .hasMessage("Invalid minimum frequency: 0 (must be 1 or above)");
    assertThatThrownBy(() -> trip.number(Trip::fare).minMax(1, 1))
        .hasMessage("Invalid range of min-max: 1.0..1.0 (low must be below high)");
    assertThatThrownBy(() -> new Expr.Cross(List.of(new Expr.TextColumn("a"))))
        .hasMessage("Invalid parts of a cross: 1 (at least 2)");
    assertThatThrownBy(() -> new Expr.Sum(List.of()))
        .hasMessage("Invalid numbers to sum: none (at least 1)");
    assertThatThrownBy(
            () ->
                new Truth.IsMissing(
                    trip.text(Trip::company).cross(trip.text(Trip::company)).expr()))
        .hasMessage(
            "Invalid operand of isMissing: (company x company) (a cross has no value of its own)");
    assertThatThrownBy(() -> Column.number(" "))
        .hasMessage("Invalid column name: '' (must not be blank)");
    assertThatThrownBy(() -> new Column<>("a", Integer.class))
        .hasMessage("Invalid type of column 'a': Integer (must be Double or String)");
  }
}
