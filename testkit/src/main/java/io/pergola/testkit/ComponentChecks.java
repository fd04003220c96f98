package io.pergola.testkit;

import io.pergola.artifact.Row;
import io.pergola.fingerprint.ClockRead;
import io.pergola.fingerprint.ClockReads;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.testkit.ComponentTester.Check;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.jspecify.annotations.Nullable;

/** The checks of {@link ComponentTester#check()}; all of them run, then all failures are named. */
final class ComponentChecks<R, O> {
  private static final long SEED = 7;

  private final Path folder;
  private final GivenExamples<R> given;
  private final ComponentJob<R, O> job;
  private final List<String> failures = new ArrayList<>();
  private final String name;
  private int runs;

  ComponentChecks(Path folder, GivenExamples<R> given, ComponentJob<R, O> job) {
    this.folder = folder;
    this.given = given;
    this.job = job;
    this.name = job.component().getClass().getSimpleName();
  }

  void run(List<Check> checks) {
    SortedMap<String, String> expected = output("on the given rows", job.component(), given);
    if (failures.isEmpty()) {
      checks.forEach(check -> check(check, expected));
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          "%s fails %d checks:\n  - %s"
              .formatted(name, failures.size(), String.join("\n  - ", failures)));
    }
  }

  private void check(Check check, SortedMap<String, String> expected) {
    switch (check) {
      case SERIALIZABLE -> checkSerializable(expected);
      case REPEATABLE -> checkSame("when run again", given, expected);
      case ANY_ORDER -> {
        checkSame("with the rows reversed", given.reversed(), expected);
        checkSame("with the rows shuffled (seed 7)", given.shuffled(SEED), expected);
      }
      case ANY_BUNDLING -> {
        checkSame("with one row a file", given.inFilesOf(1), expected);
        checkSame("with three rows a file", given.inFilesOf(3), expected);
      }
      case EMPTY_INPUT -> output("on splits without rows", job.component(), given.empty());
      case MISSING_VALUES -> checkMissingValues();
      case NO_CLOCK -> checkNoClock();
    }
  }

  private void checkSerializable(SortedMap<String, String> expected) {
    try {
      Component<O> copy = copy(job.component());
      if (!fingerprint(copy).equals(fingerprint(job.component()))) {
        failures.add(
            "after serialisation its parameters differ. Make every field that is not transient"
                + " serialise as it is.");
      }
      compare("after serialisation", output("after serialisation", copy, given), expected);
    } catch (IOException | ClassNotFoundException e) {
      failures.add("it cannot be serialised: %s. Make every parameter Serializable.".formatted(e));
    }
  }

  private void checkNoClock() {
    for (ClockRead read : ClockReads.of(job.component())) {
      failures.add(
          "%s. Use execution().context().asOf() for now, and a seed that is a parameter."
              .formatted(read));
    }
  }

  private void checkMissingValues() {
    RecordComponent[] components = given.type().getRecordComponents();
    for (int i = 0; components != null && i < components.length; i++) {
      if (!components[i].getType().isPrimitive()) {
        int missing = i;
        output(
            "where '%s' is missing".formatted(components[i].getName()),
            job.component(),
            given.mapped(rows -> rows.stream().map(row -> without(row, missing)).toList()));
      }
    }
  }

  private void checkSame(
      String when, GivenExamples<R> examples, SortedMap<String, String> expected) {
    compare(when, output(when, job.component(), examples), expected);
  }

  private void compare(
      String when, SortedMap<String, String> actual, SortedMap<String, String> expected) {
    if (actual.isEmpty() || actual.equals(expected)) {
      return;
    }
    SortedMap<String, String> all = new TreeMap<>(expected);
    all.putAll(actual);
    all.keySet().stream()
        .filter(part -> !String.valueOf(expected.get(part)).equals(actual.get(part)))
        .findFirst()
        .ifPresent(
            part ->
                failures.add(
                    "%s its output '%s' differs: %s, not %s"
                        .formatted(when, part, actual.get(part), expected.get(part))));
  }

  /** Runs the component; a failure is noted, and gives no output. */
  private SortedMap<String, String> output(
      String when, Component<O> component, GivenExamples<R> examples) {
    try {
      return contentOf(job.run(component, examples, folder.resolve("run-" + runs++)));
    } catch (PipelineExecutionException e) {
      failures.add(failure(when, e.getCause() == null ? e : e.getCause()));
    } catch (Exception e) {
      failures.add(failure(when, e));
    }
    return new TreeMap<>();
  }

  private static String failure(String when, Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    StackTraceElement[] trace = cause.getStackTrace();
    return "%s it throws %s%s"
        .formatted(when, cause, trace.length == 0 ? "" : "\n      at " + trace[0]);
  }

  /** Outputs as text: examples as sorted rows of each split, every other file by its bytes. */
  private SortedMap<String, String> contentOf(ComponentRun<O> run) throws IOException {
    SortedMap<String, String> content = new TreeMap<>();
    content.put("metrics", run.metrics().toString());
    for (PipelineGraph.Output output : run.outputs()) {
      Path directory = run.folder().resolve(output.name());
      if (output.type().equals("Examples")) {
        ComponentRun.rows(directory, Row.class)
            .forEach(
                (split, rows) ->
                    content.put(
                        output.name() + "/" + split,
                        rows.stream().map(ComponentChecks::text).sorted().toList().toString()));
      } else {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            content.put(
                run.folder().relativize(file).toString(),
                HexFormat.of().formatHex(Files.readAllBytes(file)));
          }
        }
      }
    }
    return content;
  }

  private static String text(Row row) {
    SortedMap<String, String> values = new TreeMap<>();
    row.values()
        .forEach(
            (column, value) ->
                values.put(
                    column,
                    value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString()));
    return values.toString();
  }

  private static String fingerprint(Component<?> component) {
    return Fingerprints.ofValue(component, component.getClass().getSimpleName());
  }

  private R without(R row, int missing) {
    try {
      RecordComponent[] components = given.type().getRecordComponents();
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      @Nullable Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        components[i].getAccessor().setAccessible(true);
        values[i] = i == missing ? null : components[i].getAccessor().invoke(row);
      }
      Constructor<R> constructor = given.type().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          ("Cannot make a %s without '%s': %s. Let its constructor take null, or leave the check"
                  + " MISSING_VALUES out.")
              .formatted(
                  given.type().getSimpleName(),
                  given.type().getRecordComponents()[missing].getName(),
                  e.getCause() == null ? e : e.getCause()),
          e);
    }
  }

  @SuppressWarnings("unchecked") // A copy of a Component<O> is one.
  private static <O> Component<O> copy(Component<O> component)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(component);
    }
    ClassLoader loader = component.getClass().getClassLoader();
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass type)
              throws IOException, ClassNotFoundException {
            return type.getName().startsWith("[") || isPrimitive(type.getName())
                ? super.resolveClass(type)
                : Class.forName(type.getName(), false, loader);
          }
        }) {
      return (Component<O>) in.readObject();
    }
  }

  private static boolean isPrimitive(String name) {
    return name.indexOf('.') < 0 && Character.isLowerCase(name.charAt(0));
  }
}
