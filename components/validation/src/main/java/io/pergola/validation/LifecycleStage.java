package io.pergola.validation;

/** How far a feature has come. Only some stages are validated; the others are as if not there. */
public enum LifecycleStage {
  /** Not said. Validated. */
  UNKNOWN_STAGE(Validated.YES),
  /** Planned; may not exist yet. */
  PLANNED(Validated.NO),
  /** A prototype that no experiment uses yet. */
  ALPHA(Validated.NO),
  /** Used in experiments. Validated. */
  BETA(Validated.YES),
  /** Used in earnest. Validated. */
  PRODUCTION(Validated.YES),
  /** Not for new models. */
  DEPRECATED(Validated.NO),
  /** For finding faults only. */
  DEBUG_ONLY(Validated.NO),
  /** Switched off, for whatever reason. */
  DISABLED(Validated.NO),
  /** Derived from other features for statistics and validation. Validated. */
  VALIDATION_DERIVED(Validated.YES);

  private enum Validated {
    YES,
    NO
  }

  private final Validated validated;

  LifecycleStage(Validated validated) {
    this.validated = validated;
  }

  /** Whether features of this stage are validated. */
  public boolean isValidated() {
    return validated == Validated.YES;
  }
}
