// The argument arrays of calls live in stack memory and are written before they are read: no need to clear them first.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
