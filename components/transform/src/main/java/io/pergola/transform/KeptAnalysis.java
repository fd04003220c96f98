package io.pergola.transform;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FileMemory;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.pipeline.Component;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is kept of the analysis of files of examples: for each file and each analyzer the
 * accumulators, one part for each shard. They depend on what the file holds, on the analyzer, and
 * on the constants of those analyzers that it is computed from; nothing else is in their name.
 *
 * @param fingerprints of each analyzer and of the code, by the analyzer's place in the plan
 */
record KeptAnalysis(FileMemory memory, HashMap<Integer, String> fingerprints)
    implements Serializable {

  /**
   * @param component which analyses; its code is part of the names
   */
  static KeptAnalysis of(FileMemory memory, Component<?> component, FeaturePlan plan) {
    HashMap<Integer, String> fingerprints = new HashMap<>();
    String code = Fingerprints.ofCode(component);
    List<Expr> analyzers = Exprs.analyzers(plan);
    for (int place = 0; place < analyzers.size(); place++) {
      String analyzer = Fingerprints.ofParameter(component, "analyzer", analyzers.get(place));
      fingerprints.put(place, code + " " + analyzer);
    }
    return new KeptAnalysis(memory, fingerprints);
  }

  /**
   * What the accumulators of an analyzer depend on besides the file.
   *
   * @param fitted the plan, fitted as far as the analyzer needs
   */
  private String recipe(int place, FittedPlan fitted) {
    StringBuilder recipe = new StringBuilder(fingerprints.get(place));
    for (Expr before : Exprs.before(Exprs.analyzers(fitted.plan()).get(place))) {
      recipe
          .append('\n')
          .append(PlanFile.applied(Objects.requireNonNull(fitted.constants().get(before))));
    }
    return Fingerprints.ofValue(recipe.toString(), "analyzer");
  }

  /** What is kept, for a plan that is fitted as far as analyzers need that are asked for. */
  Of of(FittedPlan fitted) {
    return new Of(fitted);
  }

  /** Forgets what neither this window nor about three more have. */
  void tidy(FittedPlan fitted) throws IOException {
    List<String> recipes = new ArrayList<>();
    for (int place : fingerprints.keySet()) {
      recipes.add(recipe(place, fitted));
    }
    memory.tidy(recipes);
  }

  /** Some row groups by their files, in order. */
  static Map<String, List<RowGroup>> byFile(List<RowGroup> groups) {
    Map<String, List<RowGroup>> files = new LinkedHashMap<>();
    groups.forEach(g -> files.computeIfAbsent(g.file(), file -> new ArrayList<>()).add(g));
    return files;
  }

  /** What is kept, given constants. For one thread. */
  final class Of {
    private final FittedPlan fitted;
    private final Map<Integer, String> recipes = new HashMap<>();

    private Of(FittedPlan fitted) {
      this.fitted = fitted;
    }

    FittedPlan fitted() {
      return fitted;
    }

    private String recipe(int place) {
      return recipes.computeIfAbsent(place, p -> KeptAnalysis.this.recipe(p, fitted));
    }

    /** The shards of an analyzer that have accumulators; empty if none are kept of the file. */
    Optional<List<Integer>> shards(String file, int place) {
      return memory.parts(file, recipe(place));
    }

    /**
     * Keeps the accumulators of an analyzer.
     *
     * @return the shards that have accumulators
     */
    List<Integer> keep(String file, int place, Map<Integer, Accumulator> byShard) {
      List<byte[]> parts = new ArrayList<>();
      byShard.forEach(
          (shard, accumulator) -> {
            while (parts.size() <= shard) {
              parts.add(new byte[0]);
            }
            parts.set(shard, Accumulator.bytes(accumulator));
          });
      memory.keep(file, recipe(place), parts);
      return List.copyOf(byShard.keySet());
    }

    /**
     * The accumulator of a shard of an analyzer, as bytes; of a file of which it is gone, made
     * again, and kept.
     */
    byte[] find(String file, int place, int shard) throws IOException {
      Optional<byte[]> kept = memory.find(file, recipe(place), shard);
      if (kept.isPresent()) {
        return kept.get();
      }
      Map<Integer, Accumulator> again = new HashMap<>();
      for (RowGroup group : ExampleFiles.rowGroupsOf("", Path.of(file), 0)) {
        analyse(fitted, group, List.of(place))
            .forEach((key, found) -> merge(again, key % TermCounts.SHARDS, found));
      }
      keep(file, place, again);
      return Accumulator.bytes(Objects.requireNonNull(again.get(shard)));
    }
  }

  static void merge(Map<Integer, Accumulator> into, int key, Accumulator accumulator) {
    Accumulator known = into.putIfAbsent(key, accumulator);
    if (known != null) {
      known.merge(accumulator);
    }
  }

  /**
   * Reads a row group and accumulates what some analyzers of one phase need, by key.
   *
   * @param fitted the plan, fitted by the phases before
   */
  static Map<Integer, Accumulator> analyse(FittedPlan fitted, RowGroup group, List<Integer> places)
      throws IOException {
    List<Expr> all = Exprs.analyzers(fitted.plan());
    Map<Integer, Expr> analyzers = new LinkedHashMap<>();
    places.forEach(place -> analyzers.put(place, all.get(place)));
    Analysis analysis = new Analysis(fitted, analyzers);
    analysis.add(RowGroupReader.read(group, Exprs.columnsToFit(analyzers.values())));
    Map<Integer, Accumulator> found = new LinkedHashMap<>();
    analysis.drain(found::put);
    return found;
  }
}
