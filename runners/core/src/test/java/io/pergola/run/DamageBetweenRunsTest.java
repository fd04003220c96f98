package io.pergola.run;

import static org.assertj.core.api.Assertions.assertThat;

import acme.Counts;
import acme.Fail;
import acme.Numbers;
import acme.ReadNumbers;
import acme.TrainNumbers;
import acme.WarmStart;
import io.pergola.artifact.Model;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F8: what becomes of the files of an artifact between two runs, or a run and its resumption. */
class DamageBetweenRunsTest extends RunFixture {
  record Reader(Path file, int failures) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Numbers> numbers = p.add(new ReadNumbers(file));
      p.add(new Fail(numbers, failures, false, file.getParent()));
    }
  }

  record Learning(Path file) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      p.add(new TrainNumbers(p.add(new ReadNumbers(file)), 2));
    }
  }

  record Warm() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Model> model =
          p.add(Resolve.latest(Model.class).fromPipeline(Learning.class).required());
      p.add(new WarmStart(model.optional()));
    }
  }

  enum Damage {
    TRUNCATED_SHARD {
      @Override
      void doTo(Path folder, Path shard) throws IOException {
        byte[] bytes = Files.readAllBytes(shard);
        Files.write(shard, java.util.Arrays.copyOf(bytes, bytes.length - 1));
      }
    },
    BIT_FLIP_WITH_ITS_TIME_KEPT {
      @Override
      void doTo(Path folder, Path shard) throws IOException {
        FileTime modified = Files.getLastModifiedTime(shard);
        byte[] bytes = Files.readAllBytes(shard);
        bytes[0] ^= 1;
        Files.write(shard, bytes);
        Files.setLastModifiedTime(shard, modified);
      }
    },
    MISSING_FILE {
      @Override
      void doTo(Path folder, Path shard) throws IOException {
        Files.delete(shard);
      }
    },
    EXTRA_FILE {
      @Override
      void doTo(Path folder, Path shard) throws IOException {
        Files.writeString(folder.resolve("more.txt"), "1");
      }
    },
    BAD_CHECKSUM {
      @Override
      void doTo(Path folder, Path shard) throws IOException {
        Path manifest = folder.resolve(Manifest.FILE);
        String text = Files.readString(manifest);
        Files.writeString(manifest, text.replaceFirst("(\"sha256\" : \")[0-9a-f]", "$1x"));
      }
    },
    FOLDER_DELETED {
      @Override
      void doTo(Path folder, Path shard) {
        Workspace.delete(folder);
      }
    };

    abstract void doTo(Path folder, Path shard) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void f8_p7_aDamagedResultIsNotReusedAndTheNextRunMakesItAnew(Damage damage) throws Exception {
    ArtifactRecord numbers = artifact(run(new Reader(file, 0)), "read-numbers", "numbers");
    damage.doTo(numbers.directory(), numbers.directory().resolve("numbers.txt"));

    RunResult again = run(new Reader(file, 0));

    assertThat(outcomes(again)).containsExactly("read-numbers=Completed", "fail=Cached");
    ArtifactRecord anew = artifact(again, "read-numbers", "numbers");
    assertThat(anew.id()).isNotEqualTo(numbers.id());
    assertThat(anew.contentHash()).isEqualTo(numbers.contentHash());
  }

  @ParameterizedTest
  @EnumSource
  void f8_p7_aResumedRunDoesNotReadWhatWasDamagedMeanwhile(Damage damage) throws Exception {
    RunResult failed = run(new Reader(file, 1));
    ArtifactRecord numbers = artifact(failed, "read-numbers", "numbers");
    damage.doTo(numbers.directory(), numbers.directory().resolve("numbers.txt"));

    RunResult resumed =
        PipelineRunner.in(workspace)
            .resume(
                failed.runId(),
                PipelineBuilder.build(new Reader(file, 1)),
                RunOptions.defaults(),
                RunListener.none());

    assertThat(((RunResult.Failed) resumed).cause().line())
        .startsWith(
            "Node 'fail' failed: Cannot read input 'numbers' (artifact %d): "
                .formatted(numbers.id()))
        .endsWith(". Run again: the node that produced it will run anew.");
    assertThat(Counts.read(folder)).filteredOn("fail"::equals).hasSize(1);
    assertThat(outcomes(run(new Reader(file, 1))))
        .containsExactly("read-numbers=Completed", "fail=Completed");
  }

  @ParameterizedTest
  @EnumSource
  void f8_p7_aDamagedModelThatAnotherPipelineLooksUpIsNotRead(Damage damage) throws Exception {
    ArtifactRecord model = artifact(run(new Learning(file)), "train-numbers", "model");
    damage.doTo(model.directory(), model.directory().resolve("model.txt"));

    RunResult warm = run(new Warm());

    assertThat(((RunResult.Failed) warm).cause().line())
        .contains("(artifact %d): ".formatted(model.id()))
        .endsWith(". Run again: the node that produced it will run anew.");
    run(new Learning(file));
    assertThat(run(new Warm())).isInstanceOf(RunResult.Succeeded.class);
  }
}
