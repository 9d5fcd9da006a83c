using VitNotebooks.Acceleration;

namespace TorchSharp.Modules;

public partial class Adam
{
    private void StepGroup(ParamGroup<Options> group) =>
        AdamStep.Run(group.Parameters, p => (State)StateOf(p), Numbers(group.Options));

    private static AdamNumbers Numbers(Options o) =>
        new(
            o.LearningRate!.Value,
            o.beta1!.Value,
            o.beta2!.Value,
            o.eps!.Value,
            o.weight_decay!.Value,
            Decoupled: false,
            o.maximize!.Value
        );

    public partial class State : AdamStep.IState
    {
        AdamStep.Item AdamStep.IState.Next(Parameter parameter) =>
            new(parameter, exp_avg!, exp_avg_sq!, max_exp_avg_sq, ++step);
    }
}
