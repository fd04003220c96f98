package io.pergola.training.internal;

import io.pergola.training.FeatureLayer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.core.type.TypeReference;

/** What is recorded of a network beside its file, so that models can be told apart by it. */
public final class NetworkSettings {
  private NetworkSettings() {}

  /**
   * Properties by name: the number of weights, the layers in order, and of the first layer that has
   * them the updater, the limits of gradients, and L1 and L2.
   */
  public static SortedMap<String, Object> of(Network network) {
    SortedMap<String, Object> settings = new TreeMap<>();
    settings.put("network_weights", network.model().numParams());
    Map<String, Object> layers = new LinkedHashMap<>();
    for (Layer layer : network.layers()) {
      org.deeplearning4j.nn.conf.layers.Layer conf = Structure.thawed(layer.conf().getLayer());
      String name =
          conf.getLayerName() == null ? Integer.toString(layers.size()) : conf.getLayerName();
      layers.put(name, Structure.isFrozen(layer) ? "frozen " + described(conf) : described(conf));
      if (conf instanceof BaseLayer base && !Structure.isFrozen(layer)) {
        addTraining(settings, base);
      }
    }
    settings.put("network_layers", layers);
    List<String> frozen = Freezing.of(network.model());
    if (!frozen.isEmpty()) {
      settings.put("frozen_layers", String.join(", ", frozen));
    }
    return settings;
  }

  /** {@code DenseLayer 9 -> 64 relu}. */
  private static String described(org.deeplearning4j.nn.conf.layers.Layer conf) {
    StringBuilder text = new StringBuilder(conf.getClass().getSimpleName());
    if (conf instanceof FeedForwardLayer sized && sized.getNIn() > 0) {
      text.append(" %d -> %d".formatted(sized.getNIn(), sized.getNOut()));
    }
    boolean activates = !(conf instanceof FeatureLayer);
    if (activates && conf instanceof BaseLayer base && base.getActivationFn() != null) {
      text.append(' ').append(base.getActivationFn());
    }
    return text.toString();
  }

  private static void addTraining(SortedMap<String, Object> settings, BaseLayer layer) {
    IUpdater updater = layer.getIUpdater();
    if (updater != null) {
      settings.putIfAbsent("updater", fields(updater));
    }
    GradientNormalization clipping = layer.getGradientNormalization();
    if (clipping != null && clipping != GradientNormalization.None) {
      settings.putIfAbsent(
          "gradient_normalization",
          "%s %s".formatted(clipping, layer.getGradientNormalizationThreshold()));
    }
    if (layer.getRegularization() != null) {
      for (Regularization one : layer.getRegularization()) {
        if (one instanceof L1Regularization l1) {
          settings.putIfAbsent("l1", l1.getL1().valueAt(0, 0));
        } else if (one instanceof L2Regularization l2) {
          settings.putIfAbsent("l2", l2.getL2().valueAt(0, 0));
        }
      }
    }
  }

  /** The fields of its JSON that have a value; the class by its simple name. */
  private static Map<String, Object> fields(IUpdater updater) {
    return described(
        NeuralNetConfiguration.mapper()
            .convertValue(updater, new TypeReference<Map<String, Object>>() {}));
  }

  private static Map<String, Object> described(Map<?, ?> json) {
    Map<String, Object> fields = new TreeMap<>();
    json.forEach(
        (name, value) -> {
          if (name.equals("@class")) {
            String type = String.valueOf(value);
            fields.put("type", type.substring(type.lastIndexOf('.') + 1));
          } else if (value instanceof Map<?, ?> inner) {
            fields.put(String.valueOf(name), described(inner));
          } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            fields.put(String.valueOf(name), number.doubleValue());
          } else if (value instanceof String text) {
            fields.put(String.valueOf(name), text);
          }
        });
    return fields;
  }
}
