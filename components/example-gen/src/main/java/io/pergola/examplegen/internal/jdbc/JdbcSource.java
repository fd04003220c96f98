package io.pergola.examplegen.internal.jdbc;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is read of which database.
 *
 * @param url without credentials
 * @param query one statement
 * @param key the column whose ranges are read in parallel; empty if one worker reads all
 * @param ranges how many
 * @param credentials the name of user and password in the environment; empty for the default ones
 */
public record JdbcSource(String url, String query, String key, int ranges, String credentials)
    implements Serializable {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*(\\.[A-Za-z_][A-Za-z0-9_$]*)*");
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)[?&;](user|username|[a-z_.]*(pass|pwd|secret|token|credential)[a-z_.]*)=");
  private static final Pattern USER_INFO = Pattern.compile("//[^/?]*@");
  private static final int MAX_RANGES = 10_000;

  public JdbcSource {
    if (ranges < 1 || ranges > MAX_RANGES) {
      throw new IllegalArgumentException(
          "Invalid number of ranges: %d (must be in 1..%d)".formatted(ranges, MAX_RANGES));
    }
  }

  /** All rows of a query. */
  public static JdbcSource of(String url, String query) {
    String statement = query.strip();
    if (statement.isEmpty() || statement.contains(";")) {
      throw new IllegalArgumentException(
          "Invalid query: '%s' (one statement, without a semicolon)".formatted(statement));
    }
    return new JdbcSource(withoutCredentials(url), statement, "", 1, "");
  }

  /** The same, in ranges of a column. */
  public JdbcSource inRanges(String column, int count) {
    return new JdbcSource(url, query, name("key", column), count, credentials);
  }

  /** The same, with user and password of that name. */
  public JdbcSource credentials(String name) {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "Invalid name of credentials: '%s' (letters, digits and _)".formatted(name));
    }
    return new JdbcSource(url, query, key, ranges, name);
  }

  /** Checks that nobody wrote a password where it would be recorded. */
  public static String withoutCredentials(String url) {
    if (!url.startsWith("jdbc:")) {
      throw new IllegalArgumentException(
          "Invalid location of a database: it must begin with jdbc:, as jdbc:postgresql://host/database does");
    }
    if (SECRET.matcher(url).find() || USER_INFO.matcher(url).find()) {
      throw new IllegalArgumentException(
          "Cannot read a database whose location has credentials: they would be recorded with every run. Set PERGOLA_JDBC_USER and PERGOLA_JDBC_PASSWORD in the environment instead.");
    }
    return url;
  }

  /** Checks a name that becomes part of a statement. */
  public static String name(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Invalid name of a %s: '%s' (letters, digits, _ and . between names)"
              .formatted(what, name));
    }
    return name;
  }

  /** The user or the password of this source in the environment of this process; null if none. */
  String variable(String what) {
    String middle = credentials.isEmpty() ? "" : credentials + "_";
    return ("PERGOLA_JDBC_" + middle + what).toUpperCase(Locale.ROOT);
  }

  /** The system property that goes before the variable. */
  String property(String what) {
    String middle = credentials.isEmpty() ? "" : credentials.toLowerCase(Locale.ROOT) + ".";
    return "pergola.jdbc." + middle + what;
  }

  /** The database in messages: the location without parameters. */
  String shortUrl() {
    return url.replaceFirst("[?;].*", "");
  }
}
