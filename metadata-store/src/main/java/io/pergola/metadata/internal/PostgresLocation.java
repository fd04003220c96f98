package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a PostgreSQL database is and how to log in. Parameters that could load classes, write files
 * or change the session's settings are refused; no password gets into a message.
 */
final class PostgresLocation {
  /** The variable with the password, so that it need not stand in a command line. */
  static final String PASSWORD_VARIABLE = "PERGOLA_METADATA_PASSWORD";

  private static final Pattern URL =
      Pattern.compile(
          "jdbc:postgresql://([A-Za-z0-9._:,\\[\\]-]*)/([A-Za-z0-9._%~-]+)(?:\\?(.*))?");
  private static final Set<String> ALLOWED =
      new TreeSet<>(
          Set.of(
              "user",
              "password",
              "sslmode",
              "sslrootcert",
              "sslcert",
              "sslkey",
              "sslpassword",
              "channelBinding",
              "connectTimeout",
              "loginTimeout",
              "socketTimeout",
              "tcpKeepAlive",
              "prepareThreshold",
              "currentSchema",
              "ApplicationName"));

  private final String hosts;
  private final String database;
  private final Map<String, String> parameters;

  private PostgresLocation(String hosts, String database, Map<String, String> parameters) {
    this.hosts = hosts;
    this.database = database;
    this.parameters = parameters;
  }

  /**
   * Reads a JDBC URL.
   *
   * @param password the password if the URL has none
   * @throws MetadataStoreException if it is not {@code jdbc:postgresql://HOST[:PORT]/DATABASE} with
   *     parameters that are allowed
   */
  static PostgresLocation of(String url, Optional<String> password) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw new MetadataStoreException(
          "Cannot open a PostgreSQL database: its address is not of the form"
              + " jdbc:postgresql://HOST[:PORT]/DATABASE?user=NAME. Correct it; the password goes"
              + " into the variable "
              + PASSWORD_VARIABLE
              + ".");
    }
    Map<String, String> parameters = defaults();
    password.ifPresent(secret -> parameters.put("password", secret));
    String query = parts.group(3);
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        if (!ALLOWED.contains(name)) {
          throw new MetadataStoreException(
              "Cannot open a PostgreSQL database with the parameter '%s': it is not allowed. Use %s."
                  .formatted(name, String.join(", ", ALLOWED)));
        }
        parameters.put(name, decoded(name, equals < 0 ? "" : pair.substring(equals + 1)));
      }
    }
    return new PostgresLocation(parts.group(1), parts.group(2), parameters);
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("ApplicationName", "pergola");
    defaults.put("connectTimeout", "10");
    defaults.put("loginTimeout", "20");
    defaults.put("socketTimeout", "600");
    defaults.put("tcpKeepAlive", "true");
    return defaults;
  }

  private static String decoded(String name, String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MetadataStoreException(
          "Cannot open a PostgreSQL database: the value of '%s' is not percent-encoded. Write %% as %%25."
              .formatted(name));
    }
  }

  /** The address without parameters, as the driver takes it. */
  String url() {
    return "jdbc:postgresql://" + hosts + "/" + database;
  }

  /** The parameters, the password among them. */
  Properties properties() {
    Properties properties = new Properties();
    properties.putAll(parameters);
    return properties;
  }

  /** What the database is called in messages. */
  String name() {
    return "PostgreSQL database '%s' at %s"
        .formatted(database, hosts.isEmpty() ? "localhost" : hosts);
  }

  @Override
  public String toString() {
    return name();
  }
}
