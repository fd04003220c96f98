package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.List;

/** Applies constants that were fitted for each key. */
final class PerKeys {
  private PerKeys() {}

  static FloatColumn scale(Fitted.PerKey fitted, FloatColumn x, BytesColumn keys) {
    int[] places = places(fitted, keys);
    Vectors.FloatFunction[] functions =
        fitted.fitted().stream().map(Scales::of).toArray(Vectors.FloatFunction[]::new);
    Vectors.FloatFunction whole = Scales.of(fitted.whole());
    float[] values = x.values().clone();
    for (int row = 0; row < values.length; row++) {
      values[row] = (places[row] < 0 ? whole : functions[places[row]]).of(values[row]);
    }
    return FloatColumn.of("", values, x.presence());
  }

  static LongColumn bucketize(Fitted.PerKey fitted, FloatColumn x, BytesColumn keys) {
    int[] places = places(fitted, keys);
    float[][] boundaries =
        fitted.fitted().stream().map(PerKeys::boundaries).toArray(float[][]::new);
    float[] whole = boundaries(fitted.whole());
    float[] values = x.values();
    int[] buckets = new int[values.length];
    for (int row = 0; row < values.length; row++) {
      buckets[row] =
          Buckets.atOrBelow(values[row], places[row] < 0 ? whole : boundaries[places[row]]);
    }
    int size = ((Fitted.Bucketize) fitted.whole()).of().size();
    return Vectors.ofFew(FloatColumn.of("", values, x.presence()), buckets, size);
  }

  /** The number of each row's key; never missing. */
  static FloatColumn aggregates(Fitted.PerKey fitted, BytesColumn keys) {
    int[] places = places(fitted, keys);
    float[] ofPlaces = aggregates(fitted);
    float[] values = new float[places.length];
    for (int row = 0; row < values.length; row++) {
      values[row] = ofPlaces[places[row] < 0 ? ofPlaces.length - 1 : places[row]];
    }
    return FloatColumn.of("", values, null);
  }

  /** The number of each key, and behind them that of a key that was not analysed. */
  static float[] aggregates(Fitted.PerKey fitted) {
    int keys = fitted.fitted().size();
    float[] values = new float[keys + 1];
    for (int i = 0; i < keys; i++) {
      values[i] = ((Fitted.Aggregate) fitted.fitted().get(i)).value();
    }
    values[keys] = fitted.ofUnknownKey();
    return values;
  }

  static float[] boundaries(Fitted fitted) {
    List<Float> boundaries = ((Fitted.Bucketize) fitted).boundaries();
    return Buckets.array(boundaries);
  }

  /** Each row's place among the keys; -1 where it has none of them. */
  private static int[] places(Fitted.PerKey fitted, BytesColumn keys) {
    int[] offsets = keys.entryOffsets();
    int[] ofEntry = new int[keys.entryCount()];
    for (int i = 0; i < ofEntry.length; i++) {
      int length = offsets[i + 1] - offsets[i];
      long fingerprint = Fingerprint64.of(keys.data(), offsets[i], length);
      ofEntry[i] = fitted.keys().find(keys.data(), offsets[i], length, fingerprint);
    }
    int[] places = new int[keys.rows()];
    for (int row = 0; row < places.length; row++) {
      places[row] = keys.isPresent(row) ? ofEntry[keys.entry(row)] : -1;
    }
    return places;
  }
}
