package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.examplegen.internal.ExampleJob;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.RecordColumns;
import io.pergola.examplegen.internal.jdbc.JdbcFormat;
import io.pergola.examplegen.internal.jdbc.JdbcSource;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a query as examples and divides them into splits. {@code
 * docs/reference/jdbc.md} says what is read, and how.
 *
 * <p>User and password come from the environment of the process that reads, never from here: {@code
 * PERGOLA_JDBC_USER} and {@code PERGOLA_JDBC_PASSWORD}, or the system properties {@code
 * pergola.jdbc.user} and {@code pergola.jdbc.password}.
 *
 * <p>A database has no content hash. So a node that reads one is run anew each time, unless the
 * author states with {@link #dataVersion} which version of the data the query reads.
 *
 * @param row the record whose components are the columns; {@link Row} reads every column
 * @param source the database, the query, and how it is divided among workers
 * @param columns the record's columns and their types, so that a changed record is read anew
 * @param options splits and what else all ExampleGens let choose
 * @param dataVersion stands for the data in the cache key; null if the node is not cached
 */
@BuiltIn
public record JdbcExampleGen<R extends Record>(
    Class<R> row,
    JdbcSource source,
    List<String> columns,
    InputOptions options,
    @Nullable String dataVersion)
    implements ExampleGen<R, JdbcExampleGen<R>> {

  public JdbcExampleGen {
    columns = List.copyOf(columns);
  }

  /**
   * Reads the columns of a record: {@code tripMiles} is {@code trip_miles}. A boxed component may
   * be null; a {@link List} is an array.
   */
  public static <R extends Record> From<R> of(Class<R> row) {
    List<String> columns = RecordColumns.descriptions(RecordColumns.of(row, "a query"));
    return url -> new Query<>(row, columns, url);
  }

  /** Reads every column, of the type that the database says. */
  public static From<Row> untyped() {
    return url -> new Query<>(Row.class, List.of(), url);
  }

  /** Where the database is. */
  @FunctionalInterface
  public interface From<R extends Record> {
    /**
     * Reads a database.
     *
     * @param url {@code jdbc:postgresql://host/trips}; without user and password
     * @throws IllegalArgumentException if there are credentials in it
     */
    Query<R> from(String url);
  }

  /** What is read of the database. */
  public static final class Query<R extends Record> {
    private final Class<R> row;
    private final List<String> columns;
    private final String url;

    private Query(Class<R> row, List<String> columns, String url) {
      this.row = row;
      this.columns = columns;
      this.url = JdbcSource.withoutCredentials(url);
    }

    /** Reads a table or view: {@code trips}, {@code public.trips}. */
    public JdbcExampleGen<R> table(String name) {
      return query("select * from " + JdbcSource.name("table", name));
    }

    /** Reads what a query selects: one statement, without a semicolon. */
    public JdbcExampleGen<R> query(String sql) {
      return new JdbcExampleGen<>(
          row, JdbcSource.of(url, sql), columns, InputOptions.defaults(), null);
    }
  }

  /**
   * Reads ranges of a column in parallel; default all rows by one worker. The ranges are of equal
   * width between its smallest and largest value.
   *
   * @param key a column of the query of whole numbers, dates or timestamps, best with an index
   * @param ranges 1 to 10,000
   */
  public JdbcExampleGen<R> inRangesOf(String key, int ranges) {
    return new JdbcExampleGen<>(row, source.inRanges(key, ranges), columns, options, dataVersion);
  }

  /**
   * Takes user and password from {@code PERGOLA_JDBC_<name>_USER} and so on; for pipelines that
   * read more than one database.
   */
  public JdbcExampleGen<R> credentials(String name) {
    return new JdbcExampleGen<>(row, source.credentials(name), columns, options, dataVersion);
  }

  /**
   * Says which version of the data the query reads, such as the day up to which it reads; the node
   * is cached by it. Default: it is not cached.
   */
  public JdbcExampleGen<R> dataVersion(String version) {
    return new JdbcExampleGen<>(row, source, columns, options, version);
  }

  @Override
  public JdbcExampleGen<R> with(InputOptions chosen) {
    return new JdbcExampleGen<>(row, source, columns, chosen, dataVersion);
  }

  @Override
  public boolean isCacheable() {
    return dataVersion != null;
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Examples<R>> examples) {
    List<InputColumn> declared = columns.isEmpty() ? List.of() : RecordColumns.of(row, "a query");
    JdbcFormat format = JdbcFormat.of(source, declared);
    ExampleJob.of(format, format.chunks(), options).build(beam, artifacts, examples);
  }
}
