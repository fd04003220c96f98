package io.pergola.metadata;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server for tests, on a free port, of this machine only. Tests share {@link
 * #shared()}, which ends with their JVM, and take a database of their own; those that stop the
 * server start one for themselves. Where its binaries do not start, the tests fail.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final Path data;
  private EmbeddedPostgres server;
  private final int port;

  private EmbeddedPostgresServer() {
    // Before its first logger is made; slf4j-simple reads it.
    System.setProperty("org.slf4j.simpleLogger.log.io.zonky", "warn");
    try {
      data = Files.createTempDirectory("postgres-");
      server = builder(data, 0).start();
      port = server.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL does not start here", e);
    }
  }

  private static EmbeddedPostgres.Builder builder(Path data, int port) {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPGStartupWait(Duration.ofSeconds(60));
    return port == 0 ? builder : builder.setPort(port);
  }

  private static final class Shared {
    private static final EmbeddedPostgresServer SERVER = new EmbeddedPostgresServer();

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
    }
  }

  /** The server of this JVM, started with its first use. */
  public static EmbeddedPostgresServer shared() {
    return Shared.SERVER;
  }

  /** Starts another server. */
  public static EmbeddedPostgresServer start() {
    return new EmbeddedPostgresServer();
  }

  /** Makes an empty database and returns its location, as {@link MetadataStore#open} takes it. */
  public String freshDatabase() {
    String name = "db" + DATABASES.incrementAndGet();
    sql("CREATE DATABASE " + name);
    return location(name);
  }

  /** Makes a copy of a database that nobody is connected to: quicker than a migration. */
  public String copyOf(String location) {
    String template = location.replaceFirst(".*/([^/?]*)\\?.*", "$1");
    String name = "db" + DATABASES.incrementAndGet();
    sql("CREATE DATABASE " + name + " TEMPLATE " + template);
    return location(name);
  }

  private String location(String database) {
    return "jdbc:postgresql://localhost:" + port + "/" + database + "?user=postgres";
  }

  /** Executes a statement as administrator, outside any of the databases. */
  public void sql(String statement) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement executed = connection.createStatement()) {
      executed.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** Stops the server; {@link #startAgain} brings it back with its data, at its port. */
  public void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the server after {@link #stop}. */
  public void startAgain() {
    try {
      server = builder(data, port).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops the server for good. */
  @Override
  public void close() {
    stop();
  }
}
