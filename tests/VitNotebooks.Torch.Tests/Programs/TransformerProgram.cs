using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace VitNotebooks.Torch.Tests.Programs;

/// <summary>A transformer block with a module of the user's own, as a TorchSharp user writes it.</summary>
public static class TransformerProgram
{
    private class SelfAttention : Module<Tensor, Tensor>
    {
        private readonly Linear qkv;
        private readonly Linear proj;
        private readonly long heads;

        public SelfAttention(long dim, long heads)
            : base("SelfAttention")
        {
            this.heads = heads;
            qkv = Linear(dim, 3 * dim, hasBias: false);
            proj = Linear(dim, dim);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (b, n, c) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = qkv.call(x).reshape(b, n, 3, heads, c / heads).permute(2, 0, 3, 1, 4);
            var y = scaled_dot_product_attention(parts[0], parts[1], parts[2]);
            return proj.call(y.transpose(1, 2).reshape(b, n, c));
        }
    }

    private class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm norm1;
        private readonly SelfAttention attn;
        private readonly LayerNorm norm2;
        private readonly Sequential mlp;

        public Block(long dim, long heads)
            : base("Block")
        {
            norm1 = LayerNorm(dim);
            attn = new SelfAttention(dim, heads);
            norm2 = LayerNorm(dim);
            mlp = Sequential(("fc1", Linear(dim, 4 * dim)), ("act", GELU()), ("fc2", Linear(4 * dim, dim)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x + attn.call(norm1.call(x));
            return x + mlp.call(norm2.call(x));
        }
    }

    private class Classifier : Module<Tensor, Tensor>
    {
        private readonly Embedding embed;
        private readonly Parameter pos_embed;
        private readonly ModuleList<Block> blocks = new();
        private readonly Linear head;

        public Classifier(long words, long length, long dim, int depth)
            : base("Classifier")
        {
            embed = Embedding(words, dim);
            pos_embed = Parameter(init.trunc_normal_(empty(1, length, dim), std: 0.02));
            for (var i = 0; i < depth; i++)
            {
                blocks.Add(new Block(dim, 2));
            }

            head = Linear(dim, 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens)
        {
            var x = embed.call(tokens) + pos_embed;
            foreach (var block in blocks)
            {
                x = block.call(x);
            }

            return head.call(x.mean([1]));
        }
    }

    /// <summary>Whether a sequence contains the first word.</summary>
    /// <returns>The losses of the first and the last steps, and the names of the parameters.</returns>
    public static (float First, float Last, string[] Names) Run()
    {
        manual_seed(4);
        using var model = new Classifier(words: 6, length: 6, dim: 16, depth: 2);
        using var optimizer = torch.optim.AdamW(model.parameters(), lr: 3e-3, weight_decay: 0.01);
        var losses = new List<float>();

        for (var step = 0; step < 150; step++)
        {
            using var scope = NewDisposeScope();
            var tokens = randint(0, 6, [64, 6], dtype: ScalarType.Int64);
            var target = tokens.eq(0).any(1).to(ScalarType.Int64);

            var loss = cross_entropy(model.call(tokens), target, label_smoothing: 0.02);
            model.zero_grad();
            loss.backward();
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0);
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        return (
            losses.Take(10).Average(),
            losses.TakeLast(10).Average(),
            model.named_parameters().Select(p => p.name).ToArray()
        );
    }
}
