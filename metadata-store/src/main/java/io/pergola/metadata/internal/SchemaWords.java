package io.pergola.metadata.internal;

/**
 * The types of ML Metadata's columns in one database.
 *
 * @param id a key that is counted up
 * @param integer a whole number of 64 bits
 * @param kind a small whole number
 * @param flag yes or no
 * @param real a floating-point number of 64 bits
 * @param bytes any bytes
 * @param text how texts of any length are indexed
 */
record SchemaWords(
    String id,
    String integer,
    String kind,
    String flag,
    String real,
    String bytes,
    SchemaWords.TextIndex text) {
  /** How texts of any length are indexed for equality. */
  enum TextIndex {
    /** Like everything else. */
    ORDERED,
    /** By hash: entries of PostgreSQL's ordered index end at 2,704 bytes. */
    HASHED
  }

  static final SchemaWords SQLITE =
      new SchemaWords(
          "INTEGER PRIMARY KEY AUTOINCREMENT",
          "INT",
          "TINYINT(1)",
          "TINYINT(1)",
          "DOUBLE",
          "BLOB",
          TextIndex.ORDERED);

  /** ML Metadata has 32 bits for whole numbers here; clients read the wider ones alike. */
  static final SchemaWords POSTGRESQL =
      new SchemaWords(
          "BIGSERIAL PRIMARY KEY",
          "BIGINT",
          "SMALLINT",
          "BOOLEAN",
          "DOUBLE PRECISION",
          "BYTEA",
          TextIndex.HASHED);
}
