package io.pergola.examplegen.internal.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;

/** Opens connections for reading. */
final class JdbcConnection {
  private JdbcConnection() {}

  /** Opens one. */
  static Connection open(JdbcSource source) throws SQLException {
    Properties properties = new Properties();
    variable(source, "user").ifPresent(user -> properties.setProperty("user", user));
    variable(source, "password").ifPresent(word -> properties.setProperty("password", word));
    Connection connection = open(source, properties);
    try {
      if (source.url().startsWith("jdbc:postgresql:")) {
        connection.setReadOnly(true);
      }
      connection.setAutoCommit(false); // PostgreSQL hands out rows bit by bit only so
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static Optional<String> variable(JdbcSource source, String what) {
    return Optional.ofNullable(System.getProperty(source.property(what)))
        .or(() -> Optional.ofNullable(System.getenv(source.variable(what))));
  }

  /** Not DriverManager: it shows no driver that came with a pipeline's own jar. */
  private static Connection open(JdbcSource source, Properties properties) throws SQLException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    for (ClassLoader each :
        new ClassLoader[] {
          loader == null ? ClassLoader.getSystemClassLoader() : loader,
          JdbcConnection.class.getClassLoader()
        }) {
      for (Driver driver : ServiceLoader.load(Driver.class, each)) {
        if (driver.acceptsURL(source.url())) {
          Connection connection = driver.connect(source.url(), properties);
          if (connection != null) {
            return connection;
          }
        }
      }
    }
    throw new SQLException(
        "no driver for %s is there; put its jar on the class path".formatted(source.shortUrl()));
  }
}
