package io.pergola.metadata;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a metadata store is and how much is in it.
 *
 * @param database what the database is called in messages; without a password
 * @param mlMetadataVersion the version of ML Metadata's tables
 * @param pergolaVersion the version of Pergola's own tables
 * @param rows the number of rows by table
 */
public record MetadataStatus(
    String database, int mlMetadataVersion, int pergolaVersion, SortedMap<String, Long> rows) {
  public MetadataStatus {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }
}
