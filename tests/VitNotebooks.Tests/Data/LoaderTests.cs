using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Shouldly;
using TorchSharp;
using VitNotebooks.Data;
using Xunit;

namespace VitNotebooks.Tests.Data;

public sealed class LoaderTests
{
    private static readonly Pipeline Random = Pipeline.Empty.RandomResizedCrop(6).RandomHorizontalFlip();

    [Fact]
    public void Epoch_AnyWorkersAndPrefetch_GivesTheSameBytes()
    {
        var expected = Hash(
            new LoaderOptions
            {
                BatchSize = 7,
                Sampler = Sampler.Shuffle,
                Seed = 3,
                Workers = 1,
                Prefetch = 0,
            }
        );
        foreach (var (workers, prefetch) in new[] { (1, 2), (2, 1), (2, 5), (7, 0), (7, 3) })
        {
            Hash(
                    new LoaderOptions
                    {
                        BatchSize = 7,
                        Sampler = Sampler.Shuffle,
                        Seed = 3,
                        Workers = workers,
                        Prefetch = prefetch,
                    }
                )
                .ShouldBe(expected, $"{workers} workers, prefetch {prefetch}");
        }
    }

    [Fact]
    public void Epoch_OtherSeedOrEpoch_GivesOtherBytes()
    {
        var options = new LoaderOptions
        {
            BatchSize = 7,
            Sampler = Sampler.Shuffle,
            Seed = 3,
        };
        string[] hashes =
        [
            Hash(options),
            Hash(options with { Seed = 4 }),
            Hash(options, epoch: 1),
            Hash(options with { Sampler = Sampler.Sequential }),
        ];
        hashes.Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    public void Epoch_BegunInTheMiddle_GoesOnAsItWouldHave(int from)
    {
        using var loader = new Loader(
            TestImages.Dataset(41),
            Random,
            new LoaderOptions
            {
                BatchSize = 7,
                Sampler = Sampler.Shuffle,
                Seed = 3,
                Workers = 2,
            }
        );
        var whole = Read(loader, 2, 0);
        whole.Count.ShouldBe(6);
        var rest = Read(loader, 2, from);
        rest.Select(b => b.Index).ShouldBe(Enumerable.Range(from, 6 - from));
        for (var i = 0; i < rest.Count; i++)
        {
            rest[i].Images.ShouldBe(whole[from + i].Images);
            rest[i].Labels.ShouldBe(whole[from + i].Labels);
        }
    }

    [Fact]
    public void Epoch_Shuffled_HoldsEveryImageOnce()
    {
        var data = TestImages.Dataset(41);
        using var loader = new Loader(
            data,
            Pipeline.Empty,
            new LoaderOptions
            {
                BatchSize = 7,
                Sampler = Sampler.Shuffle,
                Workers = 3,
            }
        );
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((_, var images, var labels) in Read(loader, 0, 0))
        {
            for (var i = 0; i < labels.Length; i++)
            {
                var bytes = MemoryMarshal.AsBytes(images.AsSpan(i * 192, 192)).ToArray();
                seen.Add(Convert.ToHexString(SHA256.HashData(bytes))).ShouldBeTrue();
            }
        }
        seen.Count.ShouldBe(41);
    }

    [Fact]
    public void Epoch_NotShuffled_GivesImagesAndLabelsInOrderAsPlanes()
    {
        var data = TestImages.Dataset(5);
        using var loader = new Loader(data, Pipeline.Empty, new LoaderOptions { BatchSize = 2, Workers = 2 });
        loader.BatchesPerEpoch.ShouldBe(3);
        var index = 0;
        foreach (var batch in loader.Epoch(0))
        {
            using (batch)
            {
                batch.Images.shape.ShouldBe([batch.Count, 3, 8, 8]);
                batch.Images.dtype.ShouldBe(torch.ScalarType.Float32);
                batch.Labels.shape.ShouldBe([batch.Count]);
                batch.Labels.dtype.ShouldBe(torch.ScalarType.Int64);
                var numbers = Floats(batch.Images);
                for (var i = 0; i < batch.Count; i++, index++)
                {
                    var image = data.Read(index);
                    Longs(batch.Labels)[i].ShouldBe(index % 2);
                    numbers[(i * 192) + 64 + (3 * 8) + 5].ShouldBe(image[5, 3].G / 255f);
                }
            }
        }
        index.ShouldBe(5);
    }

    [Fact]
    public void Epoch_DropLast_LeavesOutTheShortBatch()
    {
        using var loader = new Loader(
            TestImages.Dataset(10),
            Pipeline.Empty,
            new LoaderOptions { BatchSize = 4, DropLast = true }
        );
        loader.BatchesPerEpoch.ShouldBe(2);
        Read(loader, 0, 0).Select(b => b.Labels.Length).ShouldBe([4, 4]);
    }

    [Fact]
    public void Epoch_ABrokenImage_ThrowsAtItsBatchWithTheFile()
    {
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 12).Select(i => TestImages.Noise(8, 8, i))],
            i => i is 6 or 7 ? new BrokenImageException($"/pictures/{i}.jpg: broken", $"/pictures/{i}.jpg") : null
        );
        foreach (var workers in new[] { 1, 4 })
        {
            using var loader = new Loader(data, Pipeline.Empty, new LoaderOptions { BatchSize = 4, Workers = workers });
            var batches = 0;
            var error = Should.Throw<BrokenImageException>(() =>
            {
                foreach (var batch in loader.Epoch(0))
                {
                    batch.Dispose();
                    batches++;
                }
            });
            batches.ShouldBe(1);
            error.File.ShouldBe("/pictures/6.jpg");
        }
    }

    [Fact]
    public void Epoch_SkipAndCount_MakesTheBatchShorterAndListsTheFile()
    {
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 12).Select(i => TestImages.Noise(8, 8, i))],
            i => i is 5 or >= 8 ? new BrokenImageException($"{i}.jpg: broken", $"{i}.jpg") : null
        );
        using var loader = new Loader(
            data,
            Pipeline.Empty,
            new LoaderOptions
            {
                BatchSize = 4,
                Workers = 3,
                OnBroken = BrokenImagePolicy.SkipAndCount,
            }
        );
        var batches = Read(loader, 0, 0);
        // The third batch has no whole image, and so does not come.
        batches.Select(b => (b.Index, b.Labels.Length)).ShouldBe([(0, 4), (1, 3)]);
        batches[1].Labels.ShouldBe([0, 0, 1]);
        batches[1].Images[192].ShouldBe(data.Read(6)[0, 0].R / 255f);
        loader.Skipped.ShouldBe(5);
        loader.Broken.Select(b => b.File).ShouldBe(["5.jpg", "8.jpg", "9.jpg", "10.jpg", "11.jpg"]);
        loader.ToString().ShouldContain("5 times a broken image was left out or replaced (5 files)");
    }

    [Fact]
    public void Epoch_Replace_KeepsTheSizeOfBatchesForAnyWorkers()
    {
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 12).Select(i => TestImages.Noise(8, 8, i))],
            i => i is 5 or 6 or 11 ? new BrokenImageException($"{i}.jpg: broken", $"{i}.jpg") : null
        );
        foreach (var workers in new[] { 1, 3 })
        {
            using var loader = new Loader(
                data,
                Pipeline.Empty,
                new LoaderOptions
                {
                    BatchSize = 4,
                    Workers = workers,
                    OnBroken = BrokenImagePolicy.Replace,
                }
            );
            var batches = Read(loader, 0, 0);
            batches.Select(b => b.Labels.Length).ShouldBe([4, 4, 4]);
            // 5 and 6 show 7, and 11 shows 0, each with its own label.
            batches[1].Labels.ShouldBe([0, 1, 1, 1]);
            batches[1].Images[192..384].ShouldBe(batches[1].Images[576..]);
            batches[2].Images[576..].ShouldBe(batches[0].Images[..192]);
            batches[2].Labels[3].ShouldBe(0);
            loader.Broken.Select(b => b.File).ShouldBe(["5.jpg", "6.jpg", "11.jpg"]);
        }
    }

    [Fact]
    public void Epoch_ReplaceWithoutAWholeImage_SaysSo()
    {
        var data = new TestImages.InMemory(
            [TestImages.Noise(8, 8, 0), TestImages.Noise(8, 8, 1)],
            i => new BrokenImageException($"{i}.jpg: broken", $"{i}.jpg")
        );
        using var loader = new Loader(
            data,
            Pipeline.Empty.CenterCrop(8),
            new LoaderOptions { BatchSize = 2, OnBroken = BrokenImagePolicy.Replace }
        );
        Should.Throw<DataException>(() => Read(loader, 0, 0)).Message.ShouldContain("none of the 2 images of memory");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Epoch_SharedByProcesses_IsDealtOutAsTorchDoes(bool dropLast)
    {
        const int Ranks = 3;
        var data = TestImages.Dataset(11);
        var options = new LoaderOptions
        {
            BatchSize = 1,
            Seed = 4,
            Sampler = Sampler.Shuffle,
            Ranks = Ranks,
            DropLast = dropLast,
        };
        var order = Sampler.Shuffle.Order(data, 4, 2);
        var pixels = Enumerable.Range(0, 11).ToDictionary(i => data.Read(i)[0, 0].R / 255f, i => i);
        var shares = new List<int[]>();
        for (var rank = 0; rank < Ranks; rank++)
        {
            using var loader = new Loader(data, Pipeline.Empty, options with { Rank = rank });
            shares.Add([.. Read(loader, 2, 0).Select(b => pixels[b.Images[0]])]);
        }
        var each = dropLast ? 3 : 4;
        for (var rank = 0; rank < Ranks; rank++)
        {
            shares[rank].ShouldBe(Enumerable.Range(0, each).Select(i => order[((i * Ranks) + rank) % 11]));
        }
    }

    [Fact]
    public void Epoch_RepeatedAugmentation_DrawsEachCopyAnewAndTheFirstAsAlways()
    {
        var data = TestImages.Dataset(9, side: 16);
        var options = new LoaderOptions
        {
            BatchSize = 9,
            Seed = 5,
            Sampler = new RepeatedAugmentationSampler(Copies: 3),
        };
        using var repeated = new Loader(data, Random, options);
        using var shuffled = new Loader(data, Random, options with { Sampler = Sampler.Shuffle });
        var copies = Read(repeated, 1, 0).Single().Images;
        var once = Read(shuffled, 1, 0).Single().Images;
        var size = copies.Length / 9;
        float[][] images = [.. copies.Chunk(size)];
        for (var i = 0; i < 3; i++)
        {
            images[3 * i].ShouldBe(once[(i * size)..((i + 1) * size)]);
            images[(3 * i) + 1].ShouldNotBe(images[3 * i]);
            images[(3 * i) + 2].ShouldNotBe(images[3 * i]);
            images[(3 * i) + 2].ShouldNotBe(images[(3 * i) + 1]);
        }
    }

    [Fact]
    public void Epoch_AnotherFailure_NamesTheSample()
    {
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 4).Select(i => TestImages.Noise(8, 8, i))],
            i => i == 2 ? new IOException("the disk is gone") : null
        );
        using var loader = new Loader(data, Pipeline.Empty, new LoaderOptions { BatchSize = 4 });
        var error = Should.Throw<DataException>(() => Read(loader, 0, 0));
        error.Message.ShouldContain("memory[2]");
        error.Message.ShouldContain("the disk is gone");
        error.InnerException.ShouldBeOfType<IOException>();
    }

    [Fact]
    public void Epoch_ImagesOfManySizesWithoutACrop_ThrowsASentence()
    {
        var data = new TestImages.InMemory([TestImages.Noise(8, 8, 0), TestImages.Noise(9, 8, 1)]);
        using var loader = new Loader(data, Pipeline.Empty, new LoaderOptions { BatchSize = 2 });
        Should.Throw<DataException>(() => Read(loader, 0, 0)).Message.ShouldContain("end the pipeline with CenterCrop");
    }

    [Fact]
    public void Epoch_InADisposeScope_KeepsTheTensors()
    {
        using var loader = new Loader(TestImages.Dataset(8), Pipeline.Empty, new LoaderOptions { BatchSize = 4 });
        var batches = new List<Batch>();
        using (torch.NewDisposeScope())
        {
            batches.AddRange(loader.Epoch(0));
        }
        foreach (var batch in batches)
        {
            batch.Images.IsInvalid.ShouldBeFalse();
            batch.Images.shape.ShouldBe([4, 3, 8, 8]);
            batch.Dispose();
            Should.Throw<ObjectDisposedException>(() => batch.Images.shape);
            Should.Throw<ObjectDisposedException>(() => batch.Labels.shape);
        }
    }

    [Fact]
    public void Epoch_LeftEarly_StopsReading()
    {
        var reads = 0;
        var data = new TestImages.InMemory(
            [.. Enumerable.Range(0, 1000).Select(i => TestImages.Noise(2, 2, i))],
            _ =>
            {
                Interlocked.Increment(ref reads);
                return null;
            }
        );
        using var loader = new Loader(
            data,
            Pipeline.Empty.CenterCrop(2),
            new LoaderOptions
            {
                BatchSize = 10,
                Workers = 3,
                Prefetch = 2,
            }
        );
        foreach (var batch in loader.Epoch(0))
        {
            batch.Dispose();
            break;
        }
        // The threads are joined: nothing reads any more. Read were the first batch, two ahead, and the one wanted next.
        var afterwards = Volatile.Read(ref reads);
        afterwards.ShouldBeInRange(10, 40);
        loader.Dispose();
        reads.ShouldBe(afterwards);
    }

    [Fact]
    public void Dispose_WhileAnEpochIsRead_EndsIt()
    {
        using var loader = new Loader(
            TestImages.Dataset(100),
            Pipeline.Empty,
            new LoaderOptions { BatchSize = 2, Prefetch = 0 }
        );
        Should.Throw<ObjectDisposedException>(() =>
        {
            foreach (var batch in loader.Epoch(0))
            {
                batch.Dispose();
                loader.Dispose();
            }
        });
        Should.Throw<ObjectDisposedException>(() => loader.Epoch(0));
    }

    [Fact]
    public void Epoch_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        using var reading = new ManualResetEventSlim();
        var data = new TestImages.InMemory(
            [TestImages.Noise(2, 2, 0)],
            _ =>
            {
                stop.Cancel();
                reading.Wait(TimeSpan.FromSeconds(30));
                return null;
            }
        );
        using var loader = new Loader(data, Pipeline.Empty.CenterCrop(2), new LoaderOptions { BatchSize = 1 });
        var epoch = loader.Epoch(0, cancellationToken: stop.Token).GetEnumerator();
        using var release = stop.Token.Register(() => reading.Set());
        Should.Throw<OperationCanceledException>(() =>
        {
            while (epoch.MoveNext())
            {
                epoch.Current.Dispose();
                stop.Token.ThrowIfCancellationRequested();
            }
        });
        epoch.Dispose();
    }

    [Fact]
    public void WaitSeconds_OfASlowSource_IsMeasured()
    {
        var data = new TestImages.InMemory(
            [TestImages.Noise(2, 2, 0)],
            _ =>
            {
                var spin = System.Diagnostics.Stopwatch.StartNew();
                while (spin.ElapsedMilliseconds < 60) { }
                return null;
            }
        );
        using var loader = new Loader(data, Pipeline.Empty.CenterCrop(2), new LoaderOptions { BatchSize = 1 });
        Read(loader, 0, 0);
        loader.WaitSeconds.ShouldBeInRange(0.03, 30);
    }

    [Fact]
    public void Constructor_BadOptions_NamesAllFaults()
    {
        var message = Should
            .Throw<ArgumentException>(() =>
                new Loader(
                    TestImages.Dataset(3),
                    Pipeline.Empty,
                    new LoaderOptions
                    {
                        BatchSize = 0,
                        Workers = 0,
                        Prefetch = -1,
                        Ranks = 2,
                        Rank = 2,
                        Sampler = new RepeatedAugmentationSampler(Copies: 0, Multiple: 0),
                    }
                )
            )
            .Message;
        message.ShouldContain("Rank is 2, expected 0..1");
        message.ShouldContain("Copies is 0");
        message.ShouldContain("Multiple is 0");
        message.ShouldContain("BatchSize is 0");
        message.ShouldContain("Workers is 0");
        message.ShouldContain("Prefetch is -1");
        Should
            .Throw<ArgumentException>(() =>
                new Loader(TestImages.Dataset(3), Pipeline.Empty, new LoaderOptions { BatchSize = 4, DropLast = true })
            )
            .Message.ShouldContain("drops the only batch");
    }

    [Fact]
    public void Epoch_BeyondItsBatches_ThrowsASentence()
    {
        using var loader = new Loader(TestImages.Dataset(3), Pipeline.Empty, new LoaderOptions { BatchSize = 2 });
        Should.Throw<ArgumentOutOfRangeException>(() => loader.Epoch(0, 3)).Message.ShouldContain("has 2 batches of 2");
        loader.Epoch(0, 2).ShouldBeEmpty();
    }

    private static string Hash(LoaderOptions options, int epoch = 0)
    {
        using var loader = new Loader(TestImages.Dataset(41), Random, options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, var images, var labels) in Read(loader, epoch, 0))
        {
            hash.AppendData(MemoryMarshal.AsBytes(images.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static List<(int Index, float[] Images, long[] Labels)> Read(Loader loader, int epoch, int from)
    {
        var batches = new List<(int, float[], long[])>();
        foreach (var batch in loader.Epoch(epoch, from))
        {
            using (batch)
            {
                batches.Add((batch.Index, Floats(batch.Images), Longs(batch.Labels)));
            }
        }
        return batches;
    }

    private static float[] Floats(torch.Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    private static long[] Longs(torch.Tensor tensor) => MemoryMarshal.Cast<byte, long>(tensor.bytes).ToArray();
}
