package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcExampleGenTest {
  private static final String PASSWORD = "s3cret-of-the-test";
  private static EmbeddedPostgres server;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException, SQLException {
    System.setProperty("org.slf4j.simpleLogger.log.io.zonky", "warn");
    server = EmbeddedPostgres.start();
    sql(
        "create role reader login password '" + PASSWORD + "'",
        "grant pg_read_all_data to reader",
        """
        create table trips (id bigint, miles real, fare double precision, cost numeric(10,2),
          big numeric, shared boolean, company text, note varchar(9), at timestamp,
          seen timestamptz, day date, tags text[], stops integer[], image bytea, kind uuid)
        """,
        """
        insert into trips values (1, 0.5, 0.1, 12.50, 1e20, true, 'Blue', '', '2020-01-01 00:00:01',
          '2020-01-01 01:00:00+01', '1970-01-11', '{a,"b c"}', '{}', '\\x01ff',
          '00000000-0000-0000-0000-000000000001')
        """,
        "insert into trips (id, tags) values (2, null)",
        "create table numbers (id bigint, half bigint, day date, at timestamp)",
        """
        insert into numbers select i, i / 2, date '2020-01-01' + (i % 30)::int,
          timestamp '2020-01-01' + i * interval '1 minute' from generate_series(1, 1000) i
        """,
        "insert into numbers values (null, -1, null, null)");
  }

  private static void sql(String... statements) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void credentials() {
    System.setProperty("pergola.jdbc.user", "reader");
    System.setProperty("pergola.jdbc.password", PASSWORD);
  }

  @AfterEach
  void noCredentials() {
    System.clearProperty("pergola.jdbc.user");
    System.clearProperty("pergola.jdbc.password");
  }

  private static String url() {
    return "jdbc:postgresql://localhost:%d/postgres".formatted(server.getPort());
  }

  private Runs run(ExampleGen<?, ?> gen) {
    return Runs.of(gen, folder.resolve("out"), 2);
  }

  private static JdbcExampleGen<Row> table(String name) {
    return JdbcExampleGen.untyped().from(url()).table(name).splits(Split.of("all", 1));
  }

  @Test
  void typesOfPostgresBecomeFeaturesAndNullIsMissing() {
    Runs run = run(table("trips"));
    assertThat(ExampleFiles.schema(run.folder()).columns())
        .containsExactly(
            ExampleSchema.Field.of("id", ColumnType.INT),
            ExampleSchema.Field.of("miles", ColumnType.FLOAT),
            ExampleSchema.Field.of("fare", ColumnType.DOUBLE),
            ExampleSchema.Field.of("cost", ColumnType.DOUBLE),
            ExampleSchema.Field.of("big", ColumnType.DOUBLE),
            ExampleSchema.Field.of("shared", ColumnType.INT),
            ExampleSchema.Field.of("company", ColumnType.TEXT),
            ExampleSchema.Field.of("note", ColumnType.TEXT),
            ExampleSchema.Field.of("at", ColumnType.INT),
            ExampleSchema.Field.of("seen", ColumnType.INT),
            ExampleSchema.Field.of("day", ColumnType.INT),
            new ExampleSchema.Field("tags", ColumnType.TEXT, true),
            new ExampleSchema.Field("stops", ColumnType.INT, true),
            ExampleSchema.Field.of("image", ColumnType.BYTES),
            ExampleSchema.Field.of("kind", ColumnType.TEXT));
    // 2020-01-01T00:00:00Z is 1,577,836,800 seconds after 1970.
    assertThat(run.texts("all").get(0).replaceAll("image=[^,]*, ", ""))
        .isEqualTo(
            "{id=1, miles=0.5, fare=0.1, cost=12.5, big=1.0E20, shared=1, company=Blue, note=, at=1577836801000000, seen=1577836800000000, day=10, tags=[a, b c], stops=[], kind=00000000-0000-0000-0000-000000000001}");
    assertThat(run.texts("all").get(1)).isEqualTo("{id=2}");
    assertThat(run.present("all", "image")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "half", "day", "at"})
  void rangesTogetherHaveEveryRowOnce(String key) {
    Runs one = Runs.of(table("numbers"), folder.resolve("one"), 1);
    Runs many = Runs.of(table("numbers").inRangesOf(key, 7), folder.resolve("many"), 2);
    assertThat(many.texts("all").stream().sorted())
        .isEqualTo(one.texts("all").stream().sorted().toList())
        .hasSize(1_001);
    assertThat(many.folder().resolve("all/part-00006.parquet")).exists();
  }

  record Number(Long id, Integer half) {}

  @Test
  void aRecordNamesTheColumnsAndAQueryTheRows() {
    Runs run =
        run(
            JdbcExampleGen.of(Number.class)
                .from(url())
                .query("select half, id, day from numbers where id between 10 and 12")
                .inRangesOf("id", 2)
                .where(number -> number.number(Number::half).greaterThan(5))
                .splits(Split.of("all", 1)));
    assertThat(run.texts("all")).containsExactly("{id=12, half=6}");
    assertThat(run.properties()).containsEntry("ignored_columns", 1).containsEntry("rows_read", 3L);
  }

  @Test
  void rowsThatNoColumnCanHoldAreBad() {
    record Small(Byte id) {}
    Runs run =
        run(
            JdbcExampleGen.of(Small.class)
                .from(url())
                .table("numbers")
                .inRangesOf("id", 4)
                .splits(Split.of("all", 1))
                .deadLettersUpTo(1));
    // 1 to 127, and the row without an id.
    assertThat(run.rows("all")).isEqualTo(128);
    assertThat(run.properties()).containsEntry("rows_bad", 873L);
  }

  @Test
  void theSameRowsFallIntoTheSameSplitsAsFromCsv() throws IOException {
    String csv =
        IntStream.rangeClosed(1, 1_000)
            .mapToObj(i -> i + "," + i / 2)
            .reduce("id,half", (a, b) -> a + "\n" + b);
    Path file = Files.writeString(folder.resolve("numbers.csv"), csv + "\n,-1\n");
    Runs fromCsv = Runs.of(CsvExampleGen.of(Number.class).from(file), folder.resolve("csv"), 1);
    Runs fromSql =
        run(JdbcExampleGen.of(Number.class).from(url()).table("numbers").inRangesOf("id", 3));
    for (String split : List.of("train", "eval")) {
      assertThat(fromSql.texts(split).stream().sorted())
          .isEqualTo(fromCsv.texts(split).stream().sorted().toList());
    }
  }

  @Test
  void noPasswordIsAnywhere() throws IOException {
    JdbcExampleGen<Row> gen = table("trips");
    assertThat(gen.toString()).doesNotContain(PASSWORD);
    Runs run = run(gen);
    assertThat(run.properties().toString()).doesNotContain(PASSWORD);
    try (Stream<Path> files = Files.walk(run.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(PASSWORD);
      }
    }
    System.setProperty("pergola.jdbc.password", "wrong" + PASSWORD);
    assertThatThrownBy(() -> run(table("absent")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read " + url() + ": ")
        .hasMessageEndingWith(
            " Check the query, and PERGOLA_JDBC_USER and PERGOLA_JDBC_PASSWORD in the environment.")
        .hasMessageNotContaining(PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://localhost/db?password=x",
        "jdbc:postgresql://localhost/db?user=me",
        "jdbc:postgresql://me:x@localhost/db",
        "jdbc:sqlserver://localhost;password=x",
        "jdbc:postgresql://localhost/db?ssl=true&sslpassword=x"
      })
  void aLocationWithCredentialsIsRefused(String url) {
    assertThatThrownBy(() -> JdbcExampleGen.untyped().from(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot read a database whose location has credentials: they would be recorded with every run. Set PERGOLA_JDBC_USER and PERGOLA_JDBC_PASSWORD in the environment instead.")
        .hasMessageNotContaining("x@");
  }

  @Test
  void credentialsCanHaveAName() {
    noCredentials();
    System.setProperty("pergola.jdbc.trips.user", "reader");
    System.setProperty("pergola.jdbc.trips.password", PASSWORD);
    assertThat(run(table("trips").credentials("TRIPS")).rows("all")).isEqualTo(2);
    System.clearProperty("pergola.jdbc.trips.user");
    System.clearProperty("pergola.jdbc.trips.password");
  }

  @Test
  void onlyAStatedVersionOfTheDataIsCached() {
    assertThat(table("trips").isCacheable()).isFalse();
    assertThat(table("trips").dataVersion("2020-01-31").isCacheable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"trips; drop table trips", "trips where 1=1", "\"trips\"", "a.b.", ""})
  void aTableIsAName(String name) {
    assertThatThrownBy(() -> table(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid name of a table: '" + name + "'");
    assertThatThrownBy(() -> table("trips").inRangesOf(name, 2))
        .hasMessageStartingWith("Invalid name of a key: '" + name + "'");
  }

  @Test
  void sqliteIsReadToo() throws SQLException {
    noCredentials();
    String url = "jdbc:sqlite:" + folder.resolve("trips.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("create table trips (id integer, fare real, company text, image blob)");
      statement.execute("insert into trips values (1, 0.1, 'Blue', x'01'), (2, null, '', null)");
    }
    Runs run =
        run(
            JdbcExampleGen.untyped()
                .from(url)
                .table("trips")
                .inRangesOf("id", 2)
                .splits(Split.of("all", 1)));
    assertThat(run.texts("all").get(0)).startsWith("{id=1, fare=0.1, company=Blue, image=");
    assertThat(run.texts("all").get(1)).isEqualTo("{id=2, company=}");
  }

  @Test
  void arraysWithANullInsideAreBad() throws SQLException {
    sql("create table gaps (tags text[])", "insert into gaps values ('{a,null}'), ('{b}')");
    assertThatThrownBy(() -> run(table("gaps")))
        .hasMessageContaining("an element of 'tags' has no value for it");
    assertThat(run(table("gaps").skipBadRowsUpTo(0.5)).texts("all")).containsExactly("{tags=[b]}");
  }
}
