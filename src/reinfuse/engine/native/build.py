"""LLVM code to machine code for this processor."""

from __future__ import annotations

from llvmlite import binding, ir

from reinfuse.engine.compiler.bundle import Programs
from reinfuse.engine.native.driver import write_driver
from reinfuse.engine.native.lanes import Lanes
from reinfuse.engine.native.llvm import Engine, Machine

_SPEED = 2


def machine() -> Machine:
    """This processor, with all its instructions."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    target = binding.Target.from_default_triple()
    return target.create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=binding.get_host_cpu_features().flatten(),
        opt=_SPEED,
        reloc="pic",
        codemodel="jitdefault",
    )


def widths() -> dict[int, int]:
    """Lanes for numbers of 32 and 64 bits: one register, since two make code twice as long."""
    features = binding.get_host_cpu_features()
    bytes_of_register = 64 if features.get("avx512f") else 32 if features.get("avx") else 16
    return {bits: bytes_of_register * 8 // bits for bits in (32, 64)}


def module_text(programs: Programs, lanes: Lanes, *, sensitive: bool = False) -> str:
    """The solver as LLVM's text; `sensitive`: with sensitivities."""
    module = ir.Module("reinfuse")
    module.triple = binding.get_default_triple()
    write_driver(module, programs, lanes, sensitive=sensitive)
    return str(module)


def object_code(text: str) -> bytes:
    """Machine code of LLVM's text, optimised."""
    processor = machine()
    module = binding.parse_assembly(text)
    module.verify()
    tuning = binding.create_pipeline_tuning_options(speed_level=_SPEED)
    builder = binding.create_pass_builder(processor, tuning)
    builder.getModulePassManager().run(module, builder)
    return bytes(processor.emit_object(module))


def loaded(code: bytes) -> tuple[Engine, int]:
    """The engine that holds the code (it must be kept alive), and the address of `solve`."""
    empty = binding.parse_assembly("")
    engine = binding.create_mcjit_compiler(empty, machine())
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine, engine.get_function_address("solve")
