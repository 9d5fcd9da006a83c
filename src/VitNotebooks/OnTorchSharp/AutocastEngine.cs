using TorchSharp;
using static TorchSharp.torch;

namespace VitNotebooks.Acceleration;

/// <summary>One thread's autocast for one kind of device.</summary>
internal record struct AutocastSetting(int Enabled, int DType, int Cache);

/// <summary>What is behind Autocast: nothing, since TorchSharp has none. It is never on, and turning it on is said once.</summary>
internal static class AutocastEngine
{
    private static readonly Notice s_notice = new($"VitNotebooks: {Refusal}");

    public static string Refusal =>
        $"Autocast is not in TorchSharp, so that every operation runs in the type of its inputs; to have it, {Notice.Remedy}.";

    public static string KernelsRefusal =>
        $"TorchSharp has its own bfloat16 kernels and takes no others; to have ours, {Notice.Remedy}.";

    public static string ProductsRefusal =>
        $"TorchSharp has its own products and takes no others; to have ours, {Notice.Remedy}.";

    public static bool IsInUse => false;

    public static string[] AddedRules => [];

    public static AutocastSetting Get(int device) =>
        new(0, (int)((DeviceType)device == DeviceType.CPU ? ScalarType.BFloat16 : ScalarType.Float16), 1);

    public static void Set(int device, AutocastSetting setting)
    {
        if (setting.Enabled != 0)
        {
            s_notice.Say();
        }
    }

    public static void Enter() { }

    public static void Leave() { }

    public static bool HasRule(string operation) => false;
}
