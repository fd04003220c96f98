package io.pergola.openlineage.internal;

import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.metadata.ColumnLineage;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.openlineage.ColumnQuality;
import io.pergola.openlineage.DataQuality;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Artifacts and files as OpenLineage data sets. An artifact's data set is the folder of its node's
 * output, the same from run to run; each execution writes a version of it.
 */
final class Datasets {
  private static final String EXAMPLES = "Examples";

  private final OpenLineage openLineage;
  private final Workspace workspace;
  private final DataQuality quality;

  Datasets(OpenLineage openLineage, Workspace workspace, DataQuality quality) {
    this.openLineage = openLineage;
    this.workspace = workspace;
    this.quality = quality;
  }

  /**
   * What an execution read: artifacts, and files outside the store.
   *
   * @param outputs what it wrote; statistics among them tell of the examples it read
   */
  List<InputDataset> inputs(long execution, List<ArtifactRecord> outputs) {
    Optional<DataQuality.Metrics> metrics =
        outputs.stream().map(quality::of).flatMap(Optional::stream).findFirst();
    List<InputDataset> inputs = new ArrayList<>();
    for (ArtifactRecord artifact : read(execution)) {
      OpenLineage.InputDatasetBuilder dataset =
          openLineage
              .newInputDatasetBuilder()
              .namespace("file")
              .name(name(artifact))
              .facets(facets(artifact, Optional.empty()));
      if (metrics.isPresent() && artifact.type().equals(EXAMPLES)) {
        dataset.inputFacets(
            openLineage
                .newInputDatasetInputFacetsBuilder()
                .dataQualityMetrics(metrics(metrics.get(), artifact.bytes()))
                .build());
      }
      inputs.add(dataset.build());
    }
    for (Path file : workspace.history().filesOf(execution)) {
      inputs.add(
          openLineage.newInputDatasetBuilder().namespace("file").name(file.toString()).build());
    }
    return inputs;
  }

  /** One thing that an execution wrote. */
  OutputDataset output(ArtifactRecord artifact, long execution) {
    return openLineage
        .newOutputDatasetBuilder()
        .namespace("file")
        .name(name(artifact))
        .facets(facets(artifact, Optional.of(execution)))
        .outputFacets(
            openLineage
                .newOutputDatasetOutputFacetsBuilder()
                .outputStatistics(
                    openLineage
                        .newOutputStatisticsOutputDatasetFacetBuilder()
                        .size(artifact.bytes())
                        .build())
                .build())
        .build();
  }

  private List<ArtifactRecord> read(long execution) {
    List<ArtifactRecord> read = new ArrayList<>();
    for (StoredEvent event : workspace.store().eventsOfExecutions(List.of(execution))) {
      if (event.kind() == EventKind.INPUT) {
        workspace.history().artifact(event.artifactId()).ifPresent(read::add);
      }
    }
    return read;
  }

  private static String name(ArtifactRecord artifact) {
    Path parent = artifact.directory().getParent();
    return (parent == null ? artifact.directory() : parent).toString();
  }

  private OpenLineage.DatasetFacets facets(ArtifactRecord artifact, Optional<Long> writer) {
    OpenLineage.DatasetFacetsBuilder facets =
        openLineage
            .newDatasetFacetsBuilder()
            .version(openLineage.newDatasetVersionDatasetFacet(artifact.contentHash()));
    if (artifact.type().equals(EXAMPLES)) {
      facets.schema(openLineage.newSchemaDatasetFacet(fields(artifact)));
    }
    writer
        .flatMap(execution -> columnLineage(artifact, execution))
        .ifPresent(facets::columnLineage);
    return facets.build();
  }

  private List<OpenLineage.SchemaDatasetFacetFields> fields(ArtifactRecord examples) {
    List<OpenLineage.SchemaDatasetFacetFields> fields = new ArrayList<>();
    for (ExampleSchema.Field field : ExampleFiles.schema(examples.directory()).columns()) {
      String type = field.type().name().toLowerCase(Locale.ROOT);
      fields.add(
          openLineage
              .newSchemaDatasetFacetFieldsBuilder()
              .name(field.name())
              .type(field.multivalent() ? "array<" + type + ">" : type)
              .build());
    }
    return fields;
  }

  /** Which raw columns each feature comes from, on the examples that a Transform wrote. */
  private Optional<OpenLineage.ColumnLineageDatasetFacet> columnLineage(
      ArtifactRecord artifact, long execution) {
    if (!artifact.type().equals(EXAMPLES)) {
      return Optional.empty();
    }
    SortedMap<String, List<String>> features = new TreeMap<>();
    for (StoredEvent event : workspace.store().eventsOfExecutions(List.of(execution))) {
      if (event.kind() == EventKind.OUTPUT) {
        workspace
            .store()
            .artifact(event.artifactId())
            .ifPresent(graph -> features.putAll(columns(graph)));
      }
    }
    Optional<ArtifactRecord> raw =
        read(execution).stream().filter(input -> input.type().equals(EXAMPLES)).findFirst();
    if (features.isEmpty() || raw.isEmpty()) {
      return Optional.empty();
    }
    OpenLineage.ColumnLineageDatasetFacetFieldsBuilder fields =
        openLineage.newColumnLineageDatasetFacetFieldsBuilder();
    features.forEach(
        (feature, columns) ->
            fields.put(
                feature,
                openLineage
                    .newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                    .inputFields(
                        columns.stream()
                            .map(
                                column ->
                                    openLineage
                                        .newInputFieldBuilder()
                                        .namespace("file")
                                        .name(name(raw.get()))
                                        .field(column)
                                        .build())
                            .toList())
                    .build()));
    return Optional.of(
        openLineage.newColumnLineageDatasetFacetBuilder().fields(fields.build()).build());
  }

  private static SortedMap<String, List<String>> columns(StoredArtifact graph) {
    SortedMap<String, List<String>> columns = new TreeMap<>();
    @Nullable PropertyValue recorded = graph.property(ColumnLineage.COLUMNS).orElse(null);
    if (recorded instanceof PropertyValue.StructValue struct) {
      for (Map.Entry<String, Object> feature : struct.fields().entrySet()) {
        if (feature.getValue() instanceof List<?> list) {
          columns.put(feature.getKey(), list.stream().map(String::valueOf).toList());
        }
      }
    }
    return columns;
  }

  private OpenLineage.DataQualityMetricsInputDatasetFacet metrics(
      DataQuality.Metrics metrics, long bytes) {
    OpenLineage.DataQualityMetricsInputDatasetFacetColumnMetricsBuilder columns =
        openLineage.newDataQualityMetricsInputDatasetFacetColumnMetricsBuilder();
    metrics.columns().forEach((name, column) -> columns.put(name, column(column)));
    return openLineage
        .newDataQualityMetricsInputDatasetFacetBuilder()
        .rowCount(metrics.rows())
        .bytes(bytes)
        .columnMetrics(columns.build())
        .build();
  }

  private OpenLineage.DataQualityMetricsInputDatasetFacetColumnMetricsAdditional column(
      ColumnQuality column) {
    OpenLineage.DataQualityMetricsInputDatasetFacetColumnMetricsAdditionalBuilder metrics =
        openLineage
            .newDataQualityMetricsInputDatasetFacetColumnMetricsAdditionalBuilder()
            .nullCount(column.nullCount())
            .count((double) column.count());
    column.distinctCount().ifPresent(metrics::distinctCount);
    column.sum().ifPresent(metrics::sum);
    column.min().ifPresent(metrics::min);
    column.max().ifPresent(metrics::max);
    if (!column.quantiles().isEmpty()) {
      OpenLineage.DataQualityMetricsInputDatasetFacetColumnMetricsAdditionalQuantilesBuilder
          quantiles =
              openLineage
                  .newDataQualityMetricsInputDatasetFacetColumnMetricsAdditionalQuantilesBuilder();
      column.quantiles().forEach((fraction, value) -> quantiles.put(fraction.toString(), value));
      metrics.quantiles(quantiles.build());
    }
    return metrics.build();
  }
}
