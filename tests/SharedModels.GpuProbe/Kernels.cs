using System.Text;

namespace SharedModels.GpuProbe;

/// <summary>Kernels in PTX. The driver compiles them, so no toolkit is needed.</summary>
internal sealed unsafe class Kernels
{
    private const string Source = """
        .version 7.0
        .target sm_70
        .address_size 64

        .visible .entry write_later(.param .u64 target, .param .u64 source, .param .u32 value, .param .u64 cycles)
        {
            .reg .pred %p<3>;
            .reg .b32 %r<3>;
            .reg .b64 %rd<10>;
            ld.param.u64 %rd1, [target];
            ld.param.u64 %rd8, [source];
            ld.param.u32 %r1, [value];
            ld.param.u64 %rd2, [cycles];
            mov.u64 %rd3, %clock64;
        WAIT:
            mov.u64 %rd4, %clock64;
            sub.u64 %rd5, %rd4, %rd3;
            setp.lt.u64 %p1, %rd5, %rd2;
            @%p1 bra WAIT;
            mov.u32 %r2, %tid.x;
            mul.wide.u32 %rd6, %r2, 4;
            setp.eq.u64 %p2, %rd8, 0;
            @%p2 bra WRITE;
            cvta.to.global.u64 %rd9, %rd8;
            add.u64 %rd9, %rd9, %rd6;
            ld.global.u32 %r1, [%rd9];
        WRITE:
            cvta.to.global.u64 %rd7, %rd1;
            add.u64 %rd7, %rd7, %rd6;
            st.global.u32 [%rd7], %r1;
            ret;
        }

        .visible .entry stop()
        {
            trap;
            ret;
        }
        """;

    private readonly nint _module;

    /// <summary>Compiles the kernels in the current context.</summary>
    public Kernels()
    {
        nint module;
        fixed (byte* text = Encoding.UTF8.GetBytes(Source + '\0'))
            CudaApi.Check(CudaApi.LoadModule(&module, text), "cuModuleLoadData");
        _module = module;
    }

    /// <summary>Waits for a number of cycles of the device's clock, then writes 32 numbers.</summary>
    public void FillLater(nint target, uint value, ulong cycles) => WriteLater(target, 0, value, cycles);

    /// <summary>Waits for a number of cycles of the device's clock, then copies 32 numbers.</summary>
    public void CopyLater(nint target, nint source, ulong cycles) => WriteLater(target, source, 0, cycles);

    /// <summary>Ends with an error that makes the context unusable.</summary>
    public void Stop() => Launch("stop", null);

    private void WriteLater(nint target, nint source, uint value, ulong cycles)
    {
        void** parameters = stackalloc void*[] { &target, &source, &value, &cycles };
        Launch("write_later", parameters);
    }

    private void Launch(string name, void** parameters)
    {
        nint function;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            CudaApi.Check(CudaApi.GetFunction(&function, _module, text), "cuModuleGetFunction");
        CudaApi.Check(CudaApi.Launch(function, 1, 1, 1, 32, 1, 1, 0, 0, parameters, null), "cuLaunchKernel");
    }
}
