namespace VitNotebooks.Cli;

/// <summary>Bad input: one sentence for the person at the keyboard, exit code 2.</summary>
/// <param name="message">What was given, what was expected, what to do.</param>
public sealed class UserErrorException(string message) : Exception(message);
