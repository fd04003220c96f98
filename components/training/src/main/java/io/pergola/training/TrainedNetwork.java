package io.pergola.training;

import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.Network;
import io.pergola.training.internal.NetworkExport;
import io.pergola.training.internal.NetworkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A network of Deeplearning4j. */
record TrainedNetwork(Network network, TrainingFeatures features) implements TrainedModel {
  @Override
  public String framework() {
    return "deeplearning4j";
  }

  @Override
  public byte[] onnx() {
    return NetworkExport.onnx(network.model(), features);
  }

  @Override
  public float[] predict(ExampleArrays examples) {
    return network.output(
        new ExampleRows(
            examples.rows(),
            examples.width(),
            examples.features(),
            examples.labels(),
            examples.weights()));
  }

  @Override
  public Map<String, Object> settings() {
    return NetworkSettings.of(network);
  }

  @Override
  public void write(Path directory) throws IOException {
    network.write(directory.resolve(Trainer.CHECKPOINT));
  }
}
