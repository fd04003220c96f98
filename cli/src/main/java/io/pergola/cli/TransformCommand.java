package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.feature.Expr;
import io.pergola.run.Workspace;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes the features of one example. */
@Command(
    name = "transform",
    description = "Compute the features of one example with a fitted plan.",
    footer = {"", "\u2205 is a missing feature. Example: --row='{\"fare\": 12.5}'"})
final class TransformCommand implements Callable<Integer> {
  private static final String TYPE = "TransformGraph";
  private static final String MISSING = "\u2205";
  private static final int WIDEST_TEXT = 80;
  private static final int WIDEST_LIST = 60;

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin CodeOption code = new CodeOption();

  @Parameters(
      arity = "0..1",
      paramLabel = "PLAN",
      description =
          "Id, directory or URI of a TransformGraph or Model, or a transform.json. Default: the"
              + " newest TransformGraph")
  @Nullable String plan;

  @Option(
      names = "--row",
      required = true,
      paramLabel = "JSON",
      description = "The example: an object of raw columns. What it leaves out is missing.")
  String row = "";

  @Option(names = "--json", description = "Print an object of features.")
  boolean json;

  TransformCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    code.use();
    FittedPlan fitted = FittedPlan.read(path());
    Map<String, @Nullable Object> values = RowJson.read(row);
    Map<String, Object> features;
    try {
      features = fitted.apply(values);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    Map<String, Expr> planned = planned(fitted, values.keySet());
    if (json) {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      planned.keySet().forEach(name -> object.put(name, plain(features.get(name))));
      Json.print(console, object);
      return ExitCode.OK.code();
    }
    Table table = new Table("FEATURE", ">VALUE", "COMPUTED AS");
    planned.forEach(
        (name, expr) ->
            table.add(
                Text.plain(name),
                features.containsKey(name) ? shown(features.get(name)) : MISSING,
                Text.clip(Text.plain(expr.text()), WIDEST_TEXT)));
    console.lines(table.lines());
    Set<String> ignored = ignored(fitted, values.keySet());
    if (!ignored.isEmpty()) {
      console.line("");
      console.line(
          "Not read by the plan: "
              + ignored.stream().map(Text::plain).collect(Collectors.joining(", ")));
    }
    return ExitCode.OK.code();
  }

  private Path path() {
    String word = plan;
    if (word != null && !word.matches("\\d+")) {
      Path path = word.startsWith("file:") ? Finder.directory(word) : Path.of(word);
      if (Files.isRegularFile(path) || Files.isRegularFile(path.resolve(FittedPlan.FILE))) {
        return path;
      }
    }
    try (Workspace workspace = home.existing()) {
      Finder finder = new Finder(workspace.history());
      return word == null
          ? finder.artifact(Optional.empty(), TYPE).directory()
          : finder.artifact(Optional.of(word)).directory();
    }
  }

  /**
   * Dense features, categorical ones, sequences, the label and the weight, which are left out if
   * they lack a column.
   */
  private static Map<String, Expr> planned(FittedPlan fitted, Set<String> given) {
    Map<String, Expr> planned = new LinkedHashMap<>(fitted.plan().dense());
    planned.putAll(fitted.plan().categorical());
    planned.putAll(fitted.plan().sequences());
    Map<String, Expr> extras = new LinkedHashMap<>(fitted.plan().labels());
    extras.putAll(fitted.plan().weights());
    extras.forEach(
        (name, expr) -> {
          Set<String> needed = new TreeSet<>(expr.columns());
          fitted.inputs().forEach(input -> needed.remove(input.column()));
          if (given.containsAll(needed)) {
            planned.put(name, expr);
          }
        });
    return planned;
  }

  private static Set<String> ignored(FittedPlan fitted, Set<String> given) {
    Set<String> ignored = new TreeSet<>(given);
    fitted.inputs().forEach(input -> ignored.remove(input.column()));
    fitted.labelInputs().forEach(input -> ignored.remove(input.column()));
    fitted.weightInputs().forEach(input -> ignored.remove(input.column()));
    return ignored;
  }

  private static String shown(@Nullable Object value) {
    if (value instanceof float[] vector) {
      return Text.clip(Arrays.toString(vector), WIDEST_LIST);
    }
    return value instanceof long[] sequence
        ? Text.clip(Arrays.toString(sequence), WIDEST_LIST)
        : String.valueOf(value);
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof float[] vector) {
      List<Object> plain = new ArrayList<>();
      for (float number : vector) {
        plain.add(Float.isFinite(number) ? (Object) number : Objects.toString(number));
      }
      return plain;
    }
    return value instanceof Float number && !Float.isFinite(number)
        ? Objects.toString(number)
        : value;
  }
}
