package io.pergola.metadata;

import io.pergola.metadata.internal.StoreCopy;
import java.time.Clock;
import java.util.List;

/**
 * Copies a metadata store into an empty one, ids included: from SQLite to PostgreSQL or back. All
 * of it is copied or nothing.
 */
public final class MetadataCopy {
  private MetadataCopy() {}

  /**
   * A table that was copied and compared.
   *
   * @param checksum of its rows, in any order, as both databases gave them; 16 hexadecimal digits
   */
  public record CopiedTable(String table, long rows, String checksum) {}

  /**
   * Copies everything but what belongs to the databases themselves: their versions and the numbers
   * of their writers.
   *
   * @param from as {@link MetadataStore#open(String)} takes it; upgraded if it is older
   * @param to likewise; made if it is not there
   * @return the tables in the order in which they were copied
   * @throws MetadataStoreException if somebody drives a run of the source, if something is in the
   *     target, or if a table reads back differently; the target is left empty
   */
  public static List<CopiedTable> copy(String from, String to) {
    return StoreCopy.copy(from, to, Clock.systemUTC());
  }
}
