using System.Reflection;

namespace VitNotebooks.Torch.Tests;

/// <summary>Public members that tests/oracles/operations.txt does not name, each with what tests it instead.</summary>
internal static class NotInTheTable
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["memory and scopes: DisposeScopeTests, CoreTests"] =
            "Dispose DetachFromDisposeScope DetatchFromDisposeScope MoveToOuterDisposeScope MoveToOtherDisposeScope "
            + "UnsafeCreateTensor DecoupleFromNativeHandle NewDisposeScope WrappedTensorDisposeScope",
        ["autograd's own: ModuleOracleTests, CoreTests"] =
            "backward retain_grad register_hook remove_hook no_grad enable_grad set_grad_enabled inference_mode "
            + "is_grad_enabled is_inference_mode_enabled is_inference requires_grad",
        ["elements as .NET values: ConversionTests, EverydayTests, FactoriesTests"] =
            "data item ToScalar tolist ReadCpuValue ReadCpuBool ReadCpuByte ReadCpuSByte ReadCpuInt16 ReadCpuInt32 "
            + "ReadCpuInt64 ReadCpuFloat16 ReadCpuBFloat16 ReadCpuSingle ReadCpuDouble ReadBytesFromStream WriteBytesToStream "
            + "BoolTensor ByteTensor ShortTensor IntTensor LongTensor FloatTensor DoubleTensor tensor as_tensor from_array "
            + "frombuffer from_file is_tensor Equals GetHashCode",
        ["places: IndexingTests"] = "index_put_ index",
        ["text: PrintingTests"] = "ToString set_printoptions",
        ["files: the tests of io"] = "Load Save load save import_module export_module",
        ["devices other than the CPU"] =
            "cuda mps pin_memory is_cpu device set_default_device get_default_device TryInitializeDeviceType "
            + "InitializeDeviceType InitializeDevice cuda_is_available mps_is_available",
        ["settings of the process: RandomOracleTests, FactoriesTests"] =
            "manual_seed seed initial_seed get_rng_state set_rng_state get_num_threads set_num_threads get_num_interop_threads "
            + "set_num_interop_threads get_default_dtype set_default_dtype set_default_tensor_type _assert use_deterministic_algorithms "
            + "are_deterministic_algorithms_enabled is_deterministic_algorithms_warn_only_enabled set_deterministic_debug_mode "
            + "get_deterministic_debug_mode set_warn_always is_warn_always_enabled set_float32_matmul_precision "
            + "get_float32_matmul_precision compiled_with_cxx11_abi CheckForErrors NormalizeNuGetVersion",
        ["properties of dtypes and shapes, in C#: EverydayTests, FactoriesTests"] =
            "is_integral is_quantized can_cast promote_types result_type max_int_value finfo iinfo broadcast_shapes",
        ["what is in the memory is nobody's promise"] = "empty empty_like new_empty empty_strided",
        ["written into a tensor that is given; the same ops without out are in the table"] =
            "rand_out randn_out randint_out randperm_out arange_out zeros ones full eye",
        ["numbers from a generator: RandomOracleTests"] =
            "rand_float randn_float randint_int randint_long randint_bool",
        ["Python refuses them too: no in-place form of a result that needs a gradient"] = "ldexp_ selu_",
        ["quantized tensors have no use in this project"] =
            "dequantize int_repr q_scale q_zero_point q_per_channel_scales q_per_channel_zero_points q_per_channel_axis "
            + "quantize_per_channel quantize_per_tensor quantized_batch_norm quantized_max_pool1d quantized_max_pool2d "
            + "fake_quantize_per_channel_affine fake_quantize_per_tensor_affine",
        ["an older name of sparse_coo_tensor"] = "sparse",
        ["the inverse of stft, EverydayTests"] = "istft",
        ["parts and older forms of lu_factor"] = "lu_unpack lu",
        ["beside their modules, with random places, functions or lengths as arguments: the tests of nn"] =
            "fractional_max_pool2d fractional_max_pool2d_with_indices fractional_max_pool3d fractional_max_pool3d_with_indices "
            + "ctc_loss triplet_margin_with_distance_loss max_unpool1d max_unpool3d rrelu",
        ["gradients that autograd calls: compared as the gradients of their operations"] =
            "avg_pool1d_backward avg_pool2d_backward avg_pool3d_backward adaptive_avg_pool3d_backward "
            + "upsample_nearest1d_backward upsample_nearest2d_backward upsample_nearest3d_backward",
        ["names of dimensions: NamesTests"] = "has_names rename rename_ refine_names align_to align_as",
        ["storages and layouts of TorchSharp's own"] = "storage is_storage data_ptr nbytes",
    };

    /// <summary>Whether a member needs no line: properties of TorchSharp's own are read by many tests.</summary>
    public static bool Says(MethodInfo method) =>
        (method.IsSpecialName && method.Name[..4] is "get_" or "set_")
        || s_names.Values.Any(list => list.Split(' ').Contains(method.Name, StringComparer.Ordinal));
}
