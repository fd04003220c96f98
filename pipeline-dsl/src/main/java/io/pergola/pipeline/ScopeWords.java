package io.pergola.pipeline;

/** What messages say of a scope that cannot be. */
record ScopeWords(String doing, String other, String remedy) {
  static final ScopeWords PART =
      new ScopeWords(
          "include a part",
          "part included",
          "Give one of them its own scope: p.include(\"eval-%s\", ...).");
  static final ScopeWords LOOP =
      new ScopeWords(
          "loop",
          "item or part added",
          "Give each item a name of its own: p.forEach(items, item" + " -> ..., ...).");
}
