package io.pergola.metadata;

import java.time.Instant;
import java.util.Locale;

/** Somebody else updated what was to be updated, after it had been read. Nothing was changed. */
public final class ConcurrentUpdateException extends MetadataStoreException {
  private static final long serialVersionUID = 1L;

  private final long id;
  private final Instant expected;
  private final Instant found;

  /**
   * An update that came too late.
   *
   * @param expected the last update when it was read
   * @param found the last update now
   */
  public ConcurrentUpdateException(TypeKind kind, long id, Instant expected, Instant found) {
    super(
        "Cannot update %s %d: it was updated at %s, after the state of %s that this update starts from. Read it again, then update."
            .formatted(kind.name().toLowerCase(Locale.ROOT), id, found, expected));
    this.id = id;
    this.expected = expected;
    this.found = found;
  }

  /** What was to be updated. */
  public long id() {
    return id;
  }

  /** The last update when it was read. */
  public Instant expected() {
    return expected;
  }

  /** The last update now. */
  public Instant found() {
    return found;
  }
}
