package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every metadata store answers to filter queries. */
abstract class FilterQueryContract extends StoreFixture {
  /** The names that reliability.md wants tried, and what else has broken parsers. */
  static final List<String> HOSTILE =
      List.of(
          "../x",
          "..\\x",
          "%2e%2e%2f",
          "..%252f",
          "a#b",
          "a;b",
          "x".repeat(255),
          "\u202Egpj.exe",
          "<script>",
          "${jndi:ldap://x}",
          "'; DROP TABLE \"Artifact\"; --",
          "\" OR \"\" = \"",
          "=cmd|",
          "\u001b[31m",
          "`",
          "a'b",
          "a\"b",
          "a\\b",
          "\\",
          "?",
          "%s%n",
          "naïve ☂ 𝄞");

  private final List<String> names = new ArrayList<>();

  @BeforeEach
  void fill() {
    store.putType(MetadataType.artifact("Examples").declaring("span", PropertyKind.INT));
    store.putType(MetadataType.artifact("Model"));
    store.putType(MetadataType.execution("Trainer"));
    store.putType(MetadataType.execution("Pusher"));
    store.putType(MetadataType.context("pipeline"));
    store.putType(MetadataType.context("pipeline_run"));
    put(
        ArtifactDraft.of("Examples")
            .name("trips")
            .uri("/data/trips")
            .externalId("warehouse:7")
            .property("span", PropertyValue.of(7)));
    put(
        ArtifactDraft.of("Examples")
            .name("rides")
            .uri("/data/Rides_2")
            .property("span", PropertyValue.of(9))
            .customProperty("note", PropertyValue.of("100%")));
    put(
        ArtifactDraft.of("Model")
            .name("net")
            .uri("/models/net")
            .state(ArtifactState.MARKED_FOR_DELETION)
            .customProperty("accuracy", PropertyValue.of(0.75))
            .customProperty("blessed", PropertyValue.of(true)));
    long trainer = store.putExecution(ExecutionDraft.of("Trainer").name("t"));
    long pusher =
        store.putExecution(ExecutionDraft.of("Pusher").name("p").state(ExecutionState.FAILED));
    store.putEvent(StoredEvent.of(1, trainer, EventKind.INPUT, "examples", 0));
    store.putEvent(StoredEvent.of(3, trainer, EventKind.OUTPUT, "model", 0));
    store.putEvent(StoredEvent.of(3, pusher, EventKind.INPUT, "model", 0));
    long taxi = store.putContext(ContextDraft.of("pipeline", "taxi"));
    long run =
        store.putContext(
            ContextDraft.of("pipeline_run", "run-1")
                .customProperty("why", PropertyValue.of("nightly")));
    store.putParentContext(run, taxi);
    store.putAttribution(taxi, 1);
    store.putAttribution(run, 1);
    store.putAttribution(taxi, 3);
    store.putAssociation(run, trainer);
  }

  private void put(ArtifactDraft draft) {
    store.putArtifact(draft);
    names.add(draft.name().orElseThrow());
  }

  private List<String> artifacts(String query) {
    return store.artifacts(ArtifactFilter.all().where(query), Paging.all()).items().stream()
        .map(artifact -> artifact.name().orElseThrow())
        .toList();
  }

  private List<String> executions(String query) {
    return store.executions(ExecutionFilter.all().where(query), Paging.all()).items().stream()
        .map(execution -> execution.name().orElseThrow())
        .toList();
  }

  private List<String> contexts(String query) {
    return store.contexts(ContextFilter.all().where(query), Paging.all()).items().stream()
        .map(StoredContext::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "id = 2 | rides",
        "id != 2 | trips net",
        "id < 2 | trips",
        "id <= 2 AND id >= 2 | rides",
        "id > 1 | rides net",
        "id IN (1, 3) | trips net",
        "id NOT IN (1, 3) | rides",
        "id > -1 | trips rides net",
        "type = 'Model' | net",
        "type != 'Model' | trips rides",
        "type IN ('Model', 'Examples') | trips rides net",
        "type LIKE 'Ex%' | trips rides",
        "uri LIKE '/data/%' | trips rides",
        "uri LIKE '/data/%\\_2' | rides",
        "uri LIKE '%rides%' | ~~",
        "uri NOT LIKE '/data/%' | net",
        "name = \"trips\" | trips",
        "external_id = 'warehouse:7' | trips",
        "external_id IS NULL | rides net",
        "external_id IS NOT NULL | trips",
        "state = LIVE | trips rides",
        "state = 'marked_for_deletion' | net",
        "state = 3 | net",
        "state IN (LIVE, DELETED) | trips rides",
        "create_time_since_epoch > 0 | trips rides net",
        "last_update_time_since_epoch < 0 | ~~",
        "properties.span.int_value = 7 | trips",
        "properties.span.int_value >= 7 | trips rides",
        "properties.span.int_value > 7.5 | rides",
        "properties.`span`.int_value IN (7, 8) | trips",
        "properties.span.int_value IS NULL | net",
        "NOT properties.span.int_value = 7 | rides",
        "custom_properties.span.int_value = 7 | ~~",
        "custom_properties.note.string_value = '100%' | rides",
        "custom_properties.note.string_value LIKE '%\\%' | rides",
        "custom_properties.accuracy.double_value > 0.7 | net",
        "custom_properties.accuracy.double_value = 75e-2 | net",
        "custom_properties.blessed.bool_value = TRUE | net",
        "custom_properties.blessed.bool_value != true | ~~",
        "contexts_a.name = 'taxi' | trips net",
        "contexts_a.type = 'pipeline_run' | trips",
        "contexts_a.name = 'taxi' AND contexts_a.type = 'pipeline_run' | ~~",
        "contexts_a.name = 'taxi' AND contexts_b.type = 'pipeline_run' | trips",
        "contexts_a.custom_properties.why.string_value = 'nightly' | trips",
        "contexts_a.id IS NULL | rides",
        "contexts_a.name = 'taxi' OR name = 'rides' | trips rides net",
        "events_0.type = OUTPUT | net",
        "events_0.type = INPUT | trips net",
        "events_0.type = INPUT AND events_0.execution_id = 2 | net",
        "events_0.milliseconds_since_epoch > 0 | trips net",
        "NOT (type = 'Model' OR name = 'trips') | rides",
        "not not id = 1 | trips",
        "id = 1 OR id = 2 AND name = 'none' | trips",
        "(id = 1 OR id = 2) AND name = 'rides' | rides",
      })
  void artifactsAreFoundByQuery(String query, String expected) {
    assertThat(artifacts(query)).containsExactly(expected.isEmpty() ? none() : expected.split(" "));
  }

  private static String[] none() {
    return new String[0];
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "last_known_state = RUNNING | t",
        "last_known_state IN (FAILED) | p",
        "contexts_run.name = 'run-1' | t",
        "events_0.artifact_id = 3 AND events_0.type = INPUT | p",
        "type = 'Pusher' | p",
      })
  void executionsAreFoundByQuery(String query, String expected) {
    assertThat(executions(query)).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parent_contexts_a.name = 'taxi' | run-1",
        "parent_contexts_a.type = 'pipeline' | run-1",
        "child_contexts_a.name = 'run-1' | taxi",
        "child_contexts_a.custom_properties.why.string_value = 'nightly' | taxi",
        "parent_contexts_a.id IS NULL | taxi",
        "custom_properties.why.string_value LIKE 'night%' | run-1",
      })
  void contextsAreFoundByQuery(String query, String expected) {
    assertThat(contexts(query)).containsExactly(expected);
  }

  @Test
  void aQueryAndAFilterHoldTogether() {
    assertThat(
            store
                .artifacts(
                    ArtifactFilter.all().type("Examples").where("id > 1 OR id < 0"), Paging.all())
                .items())
        .extracting(StoredArtifact::id)
        .containsExactly(2L);
  }

  @Test
  void anythingMayStandInATextAndFindsOnlyItself() {
    for (String hostile : HOSTILE) {
      store.putArtifact(
          ArtifactDraft.of("Examples")
              .name(hostile)
              .customProperty(hostile, PropertyValue.of(hostile)));
    }
    for (String hostile : HOSTILE) {
      String single = "'" + hostile.replace("'", "''") + "'";
      String twice = "\"" + hostile.replace("\"", "\"\"") + "\"";
      String property = "`" + hostile.replace("`", "``") + "`";
      assertThat(artifacts("name = " + single)).containsExactly(hostile);
      assertThat(artifacts("name IN (" + twice + ")")).containsExactly(hostile);
      assertThat(artifacts("custom_properties." + property + ".string_value = " + single))
          .containsExactly(hostile);
      String pattern = single.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
      assertThat(artifacts("name LIKE " + pattern)).as(pattern).containsExactly(hostile);
    }
    assertThat(store.artifacts(ArtifactFilter.all(), Paging.all()).items())
        .hasSize(names.size() + HOSTILE.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "urii = 'x' | 1 | there is no field 'urii'",
        "~~ | 1 | found the end",
        "id | 3 | found the end",
        "id = | 5 | found the end",
        "id = 'x' | 6 | found a text",
        "id = 1 AND | 11 | found the end",
        "id = 1 id = 2 | 8 | found 'id'",
        "(id = 1 | 8 | found the end",
        "id = 1) | 7 | found ')'",
        "id = 1.5 | 6 | a fraction",
        "id = 99999999999999999999 | 6 | a number beyond 64 bits",
        "properties.x.double_value = 1e999 | 29 | a number beyond doubles",
        "name = 'x | 8 | a quote that is not closed",
        "name = x | 8 | found 'x'",
        "name LIKE 'x\\' | 11 | a pattern that ends in one backslash",
        "id LIKE 'x' | 9 | LIKE is for texts only",
        "name = NULL | 8 | nothing equals NULL",
        "state = GONE | 9 | there is no state 'GONE'",
        "last_known_state = RUNNING | 1 | there is no field 'last_known_state'",
        "parent_contexts_a.name = 'x' | 1 | there is no field 'parent_contexts_a'",
        "contexts_.name = 'x' | 1 | there is no field 'contexts_'",
        "contexts_a.uri = 'x' | 12 | there is no field 'uri'",
        "events_0.properties.x.int_value = 1 | 10 | there is no field 'properties'",
        "properties.x.blob_value = 1 | 14 | found 'blob_value'",
        "properties = 1 | 12 | found '='",
        "custom_properties.b.bool_value < TRUE | 32 | truth values have no order",
        "id = 1; DROP | 7 | unexpected character U+003B",
        "id = 1e | 6 | a number without its exponent",
        "id = 1x | 6 | a number that ends in a letter",
        "id ! 1 | 4 | unexpected character U+0021",
        "id IN () | 8 | found ')'",
        "id NOT = 1 | 8 | found '='",
      })
  void errorsPointAtTheColumn(String query, int column, String problem) {
    assertThatThrownBy(() -> FilterQuery.artifacts(query))
        .isInstanceOfSatisfying(
            FilterQueryException.class, e -> assertThat(e.column()).isEqualTo(column))
        .hasMessageStartingWith(
            "Cannot read filter query at column %d: %s. ".formatted(column, problem));
  }

  @Test
  void anErrorSaysWhatThereIs() {
    assertThatThrownBy(() -> FilterQuery.contexts("state = 1"))
        .hasMessage(
            "Cannot read filter query at column 1: there is no field 'state'. Fields here: id, type,"
                + " type_id, name, external_id, create_time_since_epoch,"
                + " last_update_time_since_epoch, properties.NAME.KIND_value, custom_properties...,"
                + " parent_contexts_a.FIELD, child_contexts_a.FIELD.");
  }

  @Test
  void sizesAreLimited() {
    String deep = "(".repeat(51) + "id = 1" + ")".repeat(51);
    String nots = "NOT ".repeat(51) + "id = 1";
    String many = "id = 1" + " OR id = 1".repeat(200);
    String values = "id IN (1" + ", 1".repeat(200) + ")";
    StringBuilder neighbours = new StringBuilder("contexts_0.id = 1");
    for (int i = 1; i < 9; i++) {
      neighbours.append(" AND contexts_").append(i).append(".id = 1");
    }
    String longest = "name = '" + "x".repeat(10_000) + "'";
    for (String query : List.of(deep, nots, many, values, neighbours.toString(), longest)) {
      assertThatThrownBy(() -> FilterQuery.artifacts(query))
          .isInstanceOf(FilterQueryException.class);
    }
    assertThat(artifacts("(".repeat(50) + "id = 1" + ")".repeat(50))).containsExactly("trips");
    assertThat(artifacts("id = 1" + " OR id = 1".repeat(199))).containsExactly("trips");
    assertThat(artifacts("id IN (1" + ", 1".repeat(199) + ")")).containsExactly("trips");
    assertThat(artifacts(neighbours.toString().replace("contexts_8", "contexts_0")))
        .containsExactly("trips", "net");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void queriesOfRandomPiecesAreAnsweredOrRefusedAndNothingElse(int seed) {
    List<String> pieces =
        new ArrayList<>(
            List.of(
                "id",
                "name",
                "=",
                "<",
                "LIKE",
                "IN",
                "(",
                ")",
                ",",
                "IS",
                "NULL",
                "NOT",
                "AND",
                "OR",
                "'x'",
                "1",
                "-1",
                "1.5",
                "properties",
                ".",
                "span",
                "int_value",
                "contexts_a",
                "events_0",
                "type",
                "state",
                "LIVE",
                "TRUE",
                "`a b`",
                "\"q\"",
                "id = 1",
                "name LIKE 'x%'",
                "contexts_a.name = 'taxi'",
                "events_0.type = INPUT"));
    HOSTILE.forEach(pieces::add);
    Random random = new Random(seed);
    int answered = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder query = new StringBuilder();
      int length = 1 + random.nextInt(7);
      for (int piece = 0; piece < length; piece++) {
        query.append(pieces.get(random.nextInt(pieces.size())));
        query.append(random.nextInt(4) == 0 ? "" : " ");
      }
      try {
        artifacts(query.toString());
        answered++;
      } catch (FilterQueryException e) {
        assertThat(e.column()).as("seed %d: %s", seed, query).isBetween(1, query.length() + 1);
      }
    }
    assertThat(answered).as("seed %d", seed).isPositive();
    assertThat(store.artifacts(ArtifactFilter.all(), Paging.all()).items()).hasSize(names.size());
  }
}
