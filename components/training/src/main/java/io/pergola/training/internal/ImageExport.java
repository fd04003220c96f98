package io.pergola.training.internal;

import io.pergola.model.OnnxGraph;
import io.pergola.model.OnnxGraph.Value;
import io.pergola.model.OnnxLayers;
import io.pergola.model.OnnxWindow;
import io.pergola.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/** Layers over images, [channels, height, width] in both libraries, as ONNX operators. */
final class ImageExport {
  private ImageExport() {}

  /** What a preprocessor makes of a value; empty if it has no form in ONNX. */
  static Optional<Value> reshaped(OnnxGraph onnx, InputPreProcessor preprocessor, Value x) {
    if (preprocessor instanceof FeedForwardToCnnPreProcessor image) {
      List<Integer> shape =
          List.of(
              Math.toIntExact(image.getNumChannels()),
              Math.toIntExact(image.getInputHeight()),
              Math.toIntExact(image.getInputWidth()));
      return Optional.of(onnx.layers().reshape(x, shape));
    }
    if (preprocessor instanceof CnnToFeedForwardPreProcessor flat
        && flat.getFormat() == CNN2DFormat.NCHW) {
      return Optional.of(onnx.layers().reshape(x, List.of(x.width())));
    }
    return Optional.empty();
  }

  static Value convolution(
      OnnxGraph onnx, String name, ConvolutionLayer conf, Layer layer, Value x) {
    requireChannelsFirst(name, conf.getCnn2dDataFormat());
    float[] weights = Arrays2d.rowMajor(layer.getParam("W"));
    int channels = Math.toIntExact(conf.getNOut());
    float[] bias = conf.hasBias() ? Arrays2d.rowMajor(layer.getParam("b")) : new float[channels];
    OnnxWindow window =
        window(
            x,
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode());
    Value convolved = onnx.layers().convolution(name, x, weights, bias, channels, window);
    return Activations.add(onnx, name, conf.getActivationFn(), convolved);
  }

  static Value pool(OnnxGraph onnx, String name, SubsamplingLayer conf, Value x) {
    requireChannelsFirst(name, conf.getCnn2dDataFormat());
    OnnxWindow window =
        window(
            x,
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode());
    if (conf.getPoolingType() == PoolingType.MAX) {
      return onnx.layers().maxPool(x, window);
    } else if (conf.getPoolingType() == PoolingType.AVG) {
      return onnx.layers()
          .averagePool(
              x,
              window,
              conf.isAvgPoolIncludePadInDivisor()
                  ? OnnxLayers.Padding.COUNTED
                  : OnnxLayers.Padding.LEFT_OUT);
    }
    throw new TrainingException(
        "Cannot export layer '%s' (SubsamplingLayer %s): it has no form in core.onnx. Use MAX or AVG."
            .formatted(name, conf.getPoolingType()));
  }

  /** Of an image: each channel has its own mean and deviation. */
  static Value normalized(
      OnnxGraph onnx, String name, BatchNormalization conf, float[] scale, float[] shift, Value x) {
    requireChannelsFirst(name, conf.getCnn2DFormat());
    float[] none = new float[scale.length];
    float[] one = new float[scale.length];
    Arrays.fill(one, 1);
    return onnx.layers().batchNormalization(name, x, scale, shift, none, one, 0);
  }

  /** Deeplearning4j has top, bottom, left, right. */
  static Value zeroPadding(OnnxGraph onnx, String name, ZeroPaddingLayer conf, Value x) {
    requireChannelsFirst(name, conf.getDataFormat());
    int[] cells = conf.getPadding();
    return onnx.layers().zeroPadding(x, List.of(cells[0], cells[2]), List.of(cells[1], cells[3]));
  }

  static Value upsampled(OnnxGraph onnx, String name, Upsampling2D conf, Value x) {
    requireChannelsFirst(name, conf.getFormat());
    return onnx.layers().repeated(x, conf.getSize()[0], conf.getSize()[1]);
  }

  /** One number for each channel. */
  static Value pooledWhole(OnnxGraph onnx, String name, PoolingType type, Value x) {
    int channels = x.shape().get(0);
    Value flat = onnx.layers().reshape(x, List.of(channels, x.width() / channels));
    return switch (type) {
      case AVG -> onnx.layers().mean(flat, 1);
      case MAX -> onnx.layers().largest(flat, 1);
      case SUM -> onnx.layers().sum(flat, 1);
      case PNORM ->
          throw new TrainingException(
              "Cannot export layer '%s' (GlobalPoolingLayer PNORM): it has no form in core.onnx. Use MAX, AVG or SUM."
                  .formatted(name));
    };
  }

  /** How a window moves over an image, or over a sequence if it has one dimension. */
  static OnnxWindow window(
      Value x, int[] kernel, int[] stride, int[] padding, int[] dilation, ConvolutionMode mode) {
    int dimensions = x.shape().size() - 1;
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      int reach = (kernel[i] - 1) * dilation[i] + 1;
      int size = x.shape().get(i + 1);
      switch (mode) {
        case Same -> {
          int steps = (size + stride[i] - 1) / stride[i];
          int total = Math.max(0, (steps - 1) * stride[i] + reach - size);
          before.add(total / 2);
          after.add(total - total / 2);
        }
        case Causal -> {
          before.add(reach - 1);
          after.add(0);
        }
        case Strict, Truncate -> {
          before.add(padding[i]);
          after.add(padding[i]);
        }
      }
    }
    return new OnnxWindow(
        first(kernel, dimensions),
        first(stride, dimensions),
        before,
        after,
        first(dilation, dimensions));
  }

  private static List<Integer> first(int[] values, int count) {
    return Arrays.stream(values, 0, count).boxed().toList();
  }

  private static void requireChannelsFirst(String name, CNN2DFormat format) {
    if (format != CNN2DFormat.NCHW) {
      throw new TrainingException(
          "Cannot export layer '%s': its images are %s. Configure NCHW: channels first."
              .formatted(name, format));
    }
  }
}
