using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Takes the channels of [B, C, ..] apart into groups and deals them out in turn.</summary>
    public sealed class ChannelShuffle : ParameterLessModule<Tensor, Tensor>
    {
        internal ChannelShuffle(long groups)
            : base(nameof(ChannelShuffle))
        {
            this.groups = groups;
        }

        public long groups { get; set; }

        private protected override bool NeedsScope => false;

        public override Tensor forward(Tensor tensor) => tensor.channel_shuffle(groups);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>Takes the channels of [B, C, ..] apart into groups and deals them out in turn.</summary>
            public static ChannelShuffle ChannelShuffle(long groups) => new(groups);
        }
    }
}
