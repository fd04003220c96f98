package io.pergola.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphWeightsTest {
  @TempDir Path directory;

  private final WideAndDeep model = new WideAndDeep(WideAndDeep.plan(), 1, 7);

  @BeforeEach
  void writeAServable() throws Exception {
    ServableWriter.write(directory, model.signature(), model.plan, model.onnx());
  }

  @Test
  void everyTensorOfFloatsHasItsName() throws Exception {
    // Beside those of the graph: one of each way to hold floats, and one of integers.
    Path file = directory.resolve(Servable.CORE);
    OnnxMl.ModelProto.Builder core =
        OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    List<String> own =
        core.getGraph().getInitializerList().stream()
            .filter(t -> t.getDataType() == OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .map(OnnxMl.TensorProto::getName)
            .sorted()
            .toList();
    core.getGraphBuilder()
        .addInitializer(
            tensor("zz_float", OnnxMl.TensorProto.DataType.FLOAT).addFloatData(1).addFloatData(2))
        .addInitializer(
            tensor("zz_raw", OnnxMl.TensorProto.DataType.FLOAT)
                .setRawData(
                    ByteString.copyFrom(
                        ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(3)
                            .putFloat(4)
                            .array())))
        .addInitializer(
            tensor("zz_real", OnnxMl.TensorProto.DataType.DOUBLE)
                .addDoubleData(5)
                .addDoubleData(0.1))
        .addInitializer(
            tensor("zz_whole", OnnxMl.TensorProto.DataType.INT64).addInt64Data(1).addInt64Data(2));
    Files.write(file, core.build().toByteArray());

    GraphWeights weights = GraphWeights.read(directory);

    assertThat(own).isNotEmpty();
    assertThat(weights.names()).containsAll(own).contains("zz_float", "zz_raw", "zz_real");
    assertThat(weights.tensor("zz_float").values()).containsExactly(1, 2);
    assertThat(weights.tensor("zz_raw").values()).containsExactly(3, 4);
    assertThat(weights.tensor("zz_real").values()).containsExactly(5, 0.1f);
    assertThat(weights.tensor("zz_raw").shape()).containsExactly(1, 2);
    assertThat(weights.find("zz_whole")).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weights.tensor("fc1"))
        .withMessageStartingWith("Cannot find weights 'fc1' in " + file + ": it has [");
  }

  private static OnnxMl.TensorProto.Builder tensor(String name, OnnxMl.TensorProto.DataType type) {
    return OnnxMl.TensorProto.newBuilder()
        .setName(name)
        .setDataType(type.getNumber())
        .addDims(1)
        .addDims(2);
  }

  @Test
  void rowsBecomeColumns() {
    GraphWeights.Tensor turned =
        new GraphWeights.Tensor(List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6}).transposed();

    assertThat(turned.shape()).containsExactly(3, 2);
    assertThat(turned.values()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GraphWeights.Tensor(List.of(2), new float[2]).transposed())
        .withMessage(
            "Cannot transpose weights of shape [2]: it has not two dimensions. Take them as they"
                + " are.");
  }
}
