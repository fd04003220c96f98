package io.pergola.training;

import io.pergola.model.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Logistic regression by Tribuo, over numbers and one weight for each id, of labels that are true
 * or false.
 *
 * @param learningRate above 0
 * @param epochs 1 or more
 */
record TribuoLogistic(double learningRate, int epochs) implements TrainingLibrary {
  private static final int MOST_EXAMPLES = 1_000_000;
  private static final Label TRUE = new Label("true");
  private static final Label FALSE = new Label("false");

  @Override
  public TrainedModel train(TrainingSession session) {
    TrainingFeatures features = session.features();
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> examples =
        new MutableDataset<>(new SimpleDataSourceProvenance("pergola", labels), labels);
    ExampleArrays all = session.firstExamples(MOST_EXAMPLES);
    for (int row = 0; row < all.rows(); row++) {
      examples.add(example(all, row, features, all.labels()[row] > 0.5f ? TRUE : FALSE));
    }
    LinearSGDTrainer trainer =
        new LinearSGDTrainer(
            new LogMulticlass(), new AdaGrad(learningRate), epochs, session.seed());
    return new Trained(trainer.train(examples), features);
  }

  /** Tribuo names features, and knows those only that some example has. */
  private static ArrayExample<Label> example(
      ExampleArrays examples, int row, TrainingFeatures features, Label label) {
    List<String> names = new ArrayList<>(features.dense());
    features.categorical().keySet().forEach(names::add);
    double[] values = new double[names.size()];
    int dense = features.dense().size();
    for (int i = 0; i < values.length; i++) {
      float value = examples.features()[row * examples.width() + i];
      if (i >= dense) {
        names.set(i, names.get(i) + "=" + (int) value);
      }
      values[i] = i < dense ? value : 1;
    }
    return new ArrayExample<>(label, names.toArray(String[]::new), values);
  }

  private record Trained(LinearSGDModel model, TrainingFeatures features) implements TrainedModel {
    @Override
    public String framework() {
      return "tribuo";
    }

    @Override
    public float[] predict(ExampleArrays examples) {
      float[] probabilities = new float[examples.rows()];
      for (int row = 0; row < probabilities.length; row++) {
        Map<String, Label> scores =
            model.predict(example(examples, row, features, FALSE)).getOutputScores();
        probabilities[row] = (float) scores.get("true").getScore();
      }
      return probabilities;
    }

    /** The sigmoid of the difference of the two classes' scores is the softmax of them. */
    @Override
    public byte[] onnx() {
      OnnxGraph graph = OnnxGraph.named("tribuo");
      int d = features.dense().size();
      float[] dense = new float[d];
      for (int i = 0; i < d; i++) {
        dense[i] = weight(features.dense().get(i));
      }
      DenseMatrix weights = model.getWeightsCopy();
      int bias = weights.getDimension2Size() - 1;
      OnnxGraph.Value sum =
          graph.gemm(
              graph.floats("dense", d),
              graph.matrix("weights", d, 1, dense),
              graph.vector("bias", new float[] {difference(weights, bias)}));
      for (Map.Entry<String, Integer> feature : features.categorical().entrySet()) {
        String name = feature.getKey();
        float[] table = new float[feature.getValue() + 1];
        for (int id = 0; id < table.length; id++) {
          table[id] = weight(name + "=" + id);
        }
        sum =
            graph.add(
                sum,
                graph.gather(
                    graph.matrix(name + "/weights", table.length, 1, table), graph.ids(name)));
      }
      return graph.output("prediction", graph.sigmoid(sum)).bytes();
    }

    @Override
    public Map<String, Object> settings() {
      return Map.of("features", model.getFeatureIDMap().size());
    }

    private float weight(String feature) {
      int column = model.getFeatureIDMap().getID(feature);
      return column < 0 ? 0 : difference(model.getWeightsCopy(), column);
    }

    private float difference(DenseMatrix weights, int column) {
      int yes = model.getOutputIDInfo().getID(TRUE);
      int no = model.getOutputIDInfo().getID(FALSE);
      return (float) (weights.get(yes, column) - weights.get(no, column));
    }
  }
}
