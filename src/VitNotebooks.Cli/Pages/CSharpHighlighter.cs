using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using VitNotebooks.Interactive;

namespace VitNotebooks.Cli;

/// <summary>C# as HTML with a class a token, from Roslyn's syntax tree alone: no types are looked up.</summary>
internal static class CSharpHighlighter
{
    private static readonly CSharpParseOptions Script = CSharpParseOptions.Default.WithKind(SourceCodeKind.Script);

    /// <summary>The code, escaped, in span elements of the classes k s n c d t m.</summary>
    public static string ToHtml(string code)
    {
        var html = new StringBuilder();
        var root = CSharpSyntaxTree.ParseText(code, Script).GetRoot();
        foreach (var token in root.DescendantTokens())
        {
            Trivia(html, token.LeadingTrivia);
            Span(html, Class(token), token.Text);
            Trivia(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void Trivia(StringBuilder html, SyntaxTriviaList list)
    {
        foreach (var trivia in list)
        {
            var kind = trivia.Kind();
            var name =
                trivia.IsDirective ? "d"
                : kind
                    is SyntaxKind.SingleLineCommentTrivia
                        or SyntaxKind.MultiLineCommentTrivia
                        or SyntaxKind.SingleLineDocumentationCommentTrivia
                        or SyntaxKind.MultiLineDocumentationCommentTrivia
                    ? "c"
                : "";
            Span(html, name, trivia.ToFullString());
        }
    }

    private static void Span(StringBuilder html, string name, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (name.Length == 0)
        {
            html.Append(Markup.Escape(text));
        }
        else
        {
            html.Append($"<span class=\"{name}\">{Markup.Escape(text)}</span>");
        }
    }

    private static string Class(SyntaxToken token)
    {
        var kind = token.Kind();
        if (SyntaxFacts.IsKeywordKind(kind) || SyntaxFacts.IsContextualKeyword(kind))
        {
            return "k";
        }

        switch (kind)
        {
            case SyntaxKind.NumericLiteralToken:
                return "n";
            case SyntaxKind.StringLiteralToken
            or SyntaxKind.CharacterLiteralToken
            or SyntaxKind.InterpolatedStringStartToken
            or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.InterpolatedVerbatimStringStartToken
            or SyntaxKind.SingleLineRawStringLiteralToken
            or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken
            or SyntaxKind.InterpolatedRawStringEndToken:
                return "s";
            case SyntaxKind.IdentifierToken:
                return OfIdentifier(token);
            default:
                return "";
        }
    }

    private static string OfIdentifier(SyntaxToken token)
    {
        switch (token.Parent)
        {
            case BaseTypeDeclarationSyntax:
                return "t";
            case MethodDeclarationSyntax or LocalFunctionStatementSyntax:
                return "m";
            case SimpleNameSyntax name:
                if (token.Text is "var")
                {
                    return "k";
                }

                var outer =
                    name.Parent is MemberAccessExpressionSyntax access && access.Name == name
                        ? (SyntaxNode)access
                        : name;
                if (outer.Parent is InvocationExpressionSyntax call && call.Expression == outer)
                {
                    return "m";
                }

                var type =
                    name.Parent
                    is ObjectCreationExpressionSyntax
                        or VariableDeclarationSyntax
                        or ParameterSyntax
                        or TypeArgumentListSyntax
                        or CastExpressionSyntax
                        or TypeOfExpressionSyntax
                        or NullableTypeSyntax
                        or ArrayTypeSyntax
                        or BaseTypeSyntax;
                // Recipes.VtsDrloc, Charts.Line: what stands capitalised before a dot is a type, or reads as one.
                var before =
                    name.Parent is MemberAccessExpressionSyntax left
                    && left.Expression == name
                    && char.IsUpper(token.Text[0]);
                return type || before ? "t" : "";
            default:
                return "";
        }
    }
}
