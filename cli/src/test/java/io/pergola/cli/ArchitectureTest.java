package io.pergola.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may import whom, over all rooms at once: the table of ARCHITECTURE.md. */
class ArchitectureTest {
  private static final String OURS = "io.pergola.";

  /** The rooms whose packages do not begin with the room's own name. */
  private static final Map<String, String> ROOMS =
      Map.of(
          "pipeline", "dsl",
          "artifact", "dsl",
          "feature", "dsl",
          "fingerprint", "dsl",
          "span", "dsl",
          "run.local", "local",
          "run.flink", "flink");

  /** Each room with the rooms it may see. */
  private static final Map<String, Set<String>> MAY_SEE = maySee();

  private static JavaClasses all;

  private static Map<String, Set<String>> maySee() {
    Map<String, Set<String>> rules = new TreeMap<>();
    rules.put("dsl", Set.of());
    rules.put("metadata", Set.of());
    rules.put("beam", Set.of("dsl"));
    List<String> left = new ArrayList<>(List.of("dsl", "beam"));
    for (String room :
        List.of(
            "examplegen",
            "validation",
            "transform",
            "model",
            "training",
            "evaluation",
            "serving")) {
      rules.put(room, Set.copyOf(left));
      left.add(room);
    }
    rules.put("run", Set.of("dsl", "metadata", "beam"));
    rules.put("local", Set.of("dsl", "metadata", "beam", "run"));
    rules.put("flink", Set.of("dsl", "metadata", "beam", "run"));
    rules.put("schedule", Set.of("dsl", "metadata", "beam", "run"));
    rules.put("openlineage", Set.of("dsl", "metadata", "beam", "run"));
    left.addAll(List.of("metadata", "run", "local", "flink", "schedule", "openlineage"));
    rules.put("cli", Set.copyOf(left));
    rules.put("examples", Set.copyOf(left));
    return rules;
  }

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.pergola");
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith(OURS)) {
      return "";
    }
    String inner = name.substring(OURS.length());
    return ROOMS.entrySet().stream()
        .filter(room -> inner.equals(room.getKey()) || inner.startsWith(room.getKey() + "."))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> inner.contains(".") ? inner.substring(0, inner.indexOf('.')) : inner);
  }

  private static ArchCondition<JavaClass> onlySeeRoomsTheyMay() {
    return new ArchCondition<>("only see the rooms they may see") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Set<String> allowed = MAY_SEE.getOrDefault(room(type), Set.of());
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          String target = room(dependency.getTargetClass().getBaseComponentType());
          boolean fine = target.isEmpty() || target.equals(room(type)) || allowed.contains(target);
          if (!fine) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> leaveTheInternalsOfOtherRoomsAlone() {
    return new ArchCondition<>("leave the internal packages of other rooms alone") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          boolean internal = (target.getPackageName() + ".").contains(".internal.");
          if (internal && !room(target).isEmpty() && !room(target).equals(room(type))) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  @Test
  void everyRoomIsKnown() {
    Set<String> found = new TreeSet<>();
    all.forEach(type -> found.add(room(type)));

    assertThat(MAY_SEE.keySet()).containsAll(found);
    assertThat(found)
        .contains("dsl", "metadata", "beam", "validation", "training", "run", "local", "cli");
  }

  @Test
  void roomsSeeOnlyTheRoomsTheyMay() {
    classes().should(onlySeeRoomsTheyMay()).check(all);
  }

  @Test
  void internalPackagesAreSeenByTheirOwnRoomOnly() {
    classes().should(leaveTheInternalsOfOtherRoomsAlone()).check(all);
  }

  @Test
  void mainCodeNeverSeesTheTestkitNorTheBenchmarks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.pergola.testkit..", "io.pergola.benchmarks..")
        .check(all);
  }

  @Test
  void onlyTrainingSeesDeeplearning4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pergola.training..")
        .and()
        .resideOutsideOfPackage("io.pergola.examples..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..")
        .check(all);
  }

  @Test
  void onlyTheFlinkRunnerSeesFlink() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pergola.run.flink..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.flink..", "org.apache.beam.runners.flink..")
        .check(all);
  }

  @Test
  void onlyTheMetadataStoreAndTheReaderOfDatabasesSpeakSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.pergola.metadata..", "io.pergola.run..", "io.pergola.examplegen.internal.jdbc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
        .check(all);
  }

  @Test
  void whatAuthorsCompileAgainstHasNoBeamNoSqlAndNoLogging() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.pergola.pipeline..",
            "io.pergola.span..",
            "io.pergola.artifact..",
            "io.pergola.feature..",
            "io.pergola.fingerprint..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.beam..", "java.sql..", "org.slf4j..", "java.util.logging..")
        .check(all);
  }

  @Test
  void onlyTheCommandLineSeesTheLoggingBinding() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pergola.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ch.qos.logback..")
        .check(all);
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked = new ArrayList<>();
    Set<JavaPackage> packages = new HashSet<>();
    all.forEach(type -> packages.add(type.getPackage()));
    for (JavaPackage one : packages) {
      if (one.getName().startsWith("io.pergola") && !one.isAnnotatedWith(NullMarked.class)) {
        unmarked.add(one.getName());
      }
    }
    assertThat(unmarked).isEmpty();
  }
}
