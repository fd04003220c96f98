package io.pergola.examples.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.examplegen.AvroExampleGen;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.examplegen.ExampleGen;
import io.pergola.examplegen.ExamplesExport;
import io.pergola.examplegen.ExamplesJoin;
import io.pergola.examplegen.JdbcExampleGen;
import io.pergola.examplegen.JsonExampleGen;
import io.pergola.examplegen.ParquetExampleGen;
import io.pergola.examplegen.TfRecordExampleGen;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.NodeOutcome;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.flink.FlinkEngine;
import io.pergola.run.local.LocalEngine;
import io.pergola.span.Spans;
import io.pergola.transform.Transform;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.Slicing;
import io.pergola.validation.StatisticsGen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is read, chosen, joined, exported and described: both engines publish the same bytes.
 */
class EnginesAgreeTest {
  private static final int RIDES = 3_000;
  private static final String WHERE = "hour < 20 or company is missing";

  @TempDir Path folder;

  /** {@code code} is too large for its type in every tenth row or so. */
  record Ride(int id, Byte code, Float fare, String company, int hour) {}

  record Wide(int id, int code, Float fare, String company, int hour) {}

  record Company(String company, Integer cars) {}

  private static String company(int i) {
    return i % 9 == 0 ? "" : "Taxi " + i % 13;
  }

  private Path csv() throws IOException {
    Path in = Files.createDirectories(folder.resolve("csv"));
    for (int file = 0; file < 5; file++) {
      StringBuilder text = new StringBuilder("id,code,fare,company,hour\n");
      for (int i = file; i < RIDES; i += 5) {
        text.append(
            "%d,%d,%s,%s,%d\n".formatted(i, i % 140, i % 7 == 0 ? "" : i / 8f, company(i), i % 24));
      }
      Files.writeString(in.resolve(file + ".csv"), text);
    }
    return in;
  }

  private Path json() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < RIDES; i++) {
      String name = company(i).isEmpty() ? "null" : '"' + company(i) + '"';
      text.append(
          "{\"id\": %d, \"code\": %d, \"fare\": %s, \"company\": %s, \"hour\": %d}\n"
              .formatted(i, i % 140, i % 7 == 0 ? "null" : i / 8f, name, i % 24));
    }
    return Files.writeString(folder.resolve("rides.jsonl"), text);
  }

  private String database() throws SQLException {
    String url = "jdbc:sqlite:" + folder.resolve("rides.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement create = connection.createStatement()) {
      create.execute(
          "create table rides (id integer, code integer, fare real, company text, hour integer)");
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("insert into rides values (?, ?, ?, ?, ?)")) {
        for (int i = 0; i < RIDES; i++) {
          insert.setInt(1, i);
          insert.setInt(2, i % 140);
          insert.setObject(3, i % 7 == 0 ? null : (Object) (i / 8.0));
          insert.setString(4, company(i).isEmpty() ? null : company(i));
          insert.setInt(5, i % 24);
          insert.executeUpdate();
        }
      }
      connection.commit();
    }
    return url;
  }

  /** Records of {@code tf.train.SequenceExample} with one list, {@code steps}, of whole numbers. */
  private Path sequences() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (int i = 0; i < 500; i++) {
      ByteArrayOutputStream steps = new ByteArrayOutputStream();
      for (int step = 0; step < i % 4; step++) {
        byte[] feature = field(3, field(1, new byte[] {(byte) (step + i % 50)}));
        steps.writeBytes(field(1, feature));
      }
      byte[] name = field(1, "steps".getBytes(StandardCharsets.UTF_8));
      byte[] list = field(2, steps.toByteArray());
      file.writeBytes(frame(field(2, field(1, both(name, list)))));
    }
    return Files.write(folder.resolve("sequences.tfrecord"), file.toByteArray());
  }

  private static byte[] field(int number, byte[] content) {
    assertThat(content.length).isLessThan(128); // its length is one byte
    return both(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] both(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static byte[] frame(byte[] record) {
    ByteBuffer frame = ByteBuffer.allocate(record.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(record.length);
    frame.putInt(masked(frame.array(), 8)).put(record).putInt(masked(record, record.length));
    return frame.array();
  }

  private static int masked(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /** Rides as CSV, exported to the other formats. */
  private record Exports(Path csv) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Row>> rides = p.add("rides", CsvExampleGen.untyped().from(csv));
      p.add("avro", ExamplesExport.of(rides).toAvro());
      p.add("parquet", ExamplesExport.of(rides).toParquet());
      p.add("tfrecord", ExamplesExport.of(rides).toTfRecord());
    }
  }

  /** Where each input is. */
  private record Inputs(
      Path csv,
      Path avro,
      Path parquet,
      Path tfrecord,
      Path json,
      Path sequences,
      String database,
      Path companies) {}

  /** Every format, plain and with every option. */
  private record Everything(Inputs in) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add("csv", CsvExampleGen.untyped().from(in.csv()));
      p.add("avro", AvroExampleGen.untyped().from(in.avro()));
      p.add("parquet", ParquetExampleGen.untyped().from(in.parquet()));
      p.add("tfrecord", TfRecordExampleGen.untyped().from(in.tfrecord()));
      p.add("json", JsonExampleGen.untyped().from(in.json()));
      p.add("jdbc", JdbcExampleGen.untyped().from(in.database()).table("rides"));
      p.add(
          "sequences",
          TfRecordExampleGen.untyped().from(in.sequences()).sequenceExamples().sample(0.7, 3));

      options(p, "csv", CsvExampleGen.of(Ride.class).from(in.csv()));
      options(p, "avro", AvroExampleGen.of(Ride.class).from(in.avro()));
      options(p, "parquet", ParquetExampleGen.of(Ride.class).from(in.parquet()));
      options(p, "tfrecord", TfRecordExampleGen.of(Ride.class).from(in.tfrecord()));
      options(p, "json", JsonExampleGen.of(Ride.class).from(in.json()));
      options(
          p,
          "jdbc",
          JdbcExampleGen.of(Ride.class).from(in.database()).table("rides").inRangesOf("id", 4));

      // Four ranges are four parts of each split, so that there is something to merge.
      Channel<Examples<Wide>> ranges =
          p.add(
              "ranges",
              JdbcExampleGen.of(Wide.class).from(in.database()).table("rides").inRangesOf("id", 4));
      Channel<Examples<Company>> companies =
          p.add("companies", CsvExampleGen.of(Company.class).from(in.companies()));
      ExamplesJoin<Wide, Company> join =
          ExamplesJoin.of(ranges, companies).on(Wide::company).firstWins();
      Channel<Examples<Row>> joined = p.add("join", join);
      p.add("join-over-files", join.inMemoryUpTo(8).inner());
      p.add("to-csv", ExamplesExport.of(joined).toCsv());
      p.add("to-avro", ExamplesExport.of(joined).toAvro());
      p.add("to-parquet", ExamplesExport.of(joined).toParquet());
      p.add("to-tfrecord", ExamplesExport.of(joined).toTfRecord());

      Channel<Statistics> statistics =
          p.add(
              "statistics",
              StatisticsGen.of(joined)
                  .weightedBy(Column.number("hour"))
                  .slicedBy(
                      Slicing.by(Column.text("company")),
                      Slicing.by(Column.text("company")).cross(Slicing.by(Column.number("hour"))))
                  .slicesAtMost(20)
                  .crossFeatures()
                  .label(Column.text("company")));
      Channel<Schema> schema = p.add("schema", SchemaGen.of(statistics));
      p.add("validator", ExampleValidator.of(statistics, schema));
    }

    private static <G extends ExampleGen<Ride, G>> void options(
        PipelineBuilder p, String format, G gen) {
      p.add(format + "-letters", gen.deadLettersUpTo(1).where(WHERE).sample(0.5, 7));
      p.add(
          format + "-skipped",
          gen.skipBadRowsUpTo(0.5)
              .partitionedBy(Ride::company)
              .only(Column.number("fare"), Column.text("company")));
    }
  }

  @Test
  void everyNodePublishesTheSameBytesOnBoth() throws Exception {
    Path csv = csv();
    RunResult exports;
    try (Engine local = LocalEngine.create(2)) {
      exports = run(local, "exports", new Exports(csv));
    }
    Path companies = folder.resolve("companies.csv");
    StringBuilder cars = new StringBuilder("company,cars\n");
    for (int i = 0; i < 60; i++) {
      cars.append("Taxi %d,%d\n".formatted(i % 30 * 2, i));
    }
    Files.writeString(companies, cars);
    PipelineDefinition everything =
        new Everything(
            new Inputs(
                csv,
                folder(exports, "avro"),
                folder(exports, "parquet"),
                folder(exports, "tfrecord"),
                json(),
                sequences(),
                database(),
                companies));
    Map<String, List<String>> onLocal;
    Map<String, List<String>> onFlink;
    try (Engine local = LocalEngine.create(2)) {
      onLocal = hashes(run(local, "local", everything));
    }
    try (Engine flink = FlinkEngine.embedded().parallelism(2)) {
      onFlink = hashes(run(flink, "flink", everything));
    }
    assertThat(onFlink).hasSize(30).containsOnlyKeys(onLocal.keySet());
    assertThat(onFlink.keySet()).filteredOn(n -> !onFlink.get(n).equals(onLocal.get(n))).isEmpty();
  }

  /** The graph of the last two days that there are, and statistics of them. */
  private record Windows(Path csv, Spans days) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Wide>> rides =
          p.add(CsvExampleGen.of(Wide.class).from(csv.resolve("{SPAN}.csv")).spans(days));
      Channel<Schema> schema = p.add(SchemaGen.of(p.add(StatisticsGen.of(rides))));
      p.add(Transform.of(rides, schema).with(Windows::features).graphOnly());
    }

    /** A vocabulary, and what is scaled by constants of an earlier phase. */
    private static FeaturePlan features(Columns<Wide> ride) {
      Numeric fare = ride.number(Wide::fare);
      return Features.of()
          .dense(fare.zScore().plus(ride.number(Wide::hour).minMax()).zScore().as("sum"))
          .categorical(ride.text(Wide::company).vocabulary(5, 1))
          .unlabelled();
    }
  }

  @Test
  void ofAWindowThatMovesOnBothReadOnlyWhatIsNew() throws Exception {
    Path in = csv();
    List<ArtifactRecord> graphs = new ArrayList<>();
    for (boolean onFlink : List.of(false, true)) {
      try (Engine engine =
          onFlink ? FlinkEngine.embedded().parallelism(2) : LocalEngine.create(2)) {
        String home = "windows-" + onFlink;
        run(engine, home, new Windows(in, Spans.range(1, 2)));
        RunResult moved = run(engine, home, new Windows(in, Spans.range(2, 3)));
        NodeOutcome.Completed node =
            (NodeOutcome.Completed) moved.outcome("transform-graph-gen").orElseThrow();
        graphs.addAll(node.outputs());
      }
    }

    assertThat(graphs)
        .hasSize(2)
        .allSatisfy(
            graph ->
                assertThat(graph.properties())
                    .containsEntry("files_merged", 1L)
                    .containsEntry("files_read", 1L)
                    .containsEntry("phase_2_files_merged", 0L)
                    .containsEntry("phase_2_files_read", 2L));
    assertThat(graphs.get(1).contentHash()).isEqualTo(graphs.get(0).contentHash());
  }

  private RunResult run(Engine engine, String home, PipelineDefinition pipeline) throws Exception {
    try (Workspace workspace = Workspace.open(folder.resolve(home))) {
      RunResult result =
          PipelineRunner.in(workspace)
              .on(engine)
              .run(PipelineBuilder.build(pipeline), RunOptions.defaults(), RunListener.none());
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
      return result;
    }
  }

  private static Map<String, List<String>> hashes(RunResult result) {
    Map<String, List<String>> hashes = new TreeMap<>();
    for (NodeOutcome outcome : result.outcomes()) {
      List<String> ofNode = new ArrayList<>();
      for (ArtifactRecord output : ((NodeOutcome.Completed) outcome).outputs()) {
        ofNode.add(output.output() + " " + output.contentHash());
      }
      hashes.put(outcome.node(), ofNode);
    }
    return hashes;
  }

  private static Path folder(RunResult result, String node) {
    NodeOutcome.Completed completed = (NodeOutcome.Completed) result.outcome(node).orElseThrow();
    return completed.outputs().get(0).directory();
  }
}
