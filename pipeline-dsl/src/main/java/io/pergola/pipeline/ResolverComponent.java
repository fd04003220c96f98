package io.pergola.pipeline;

import io.pergola.artifact.Artifact;

/**
 * A component that finds an artifact which earlier runs left in the metadata store, if there is
 * one. Its result is a value like any other input.
 */
public interface ResolverComponent<A extends Artifact> extends QueryComponent<OptionalChannel<A>> {}
