using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace CryptoMcp.Conformance;

[McpServerPromptType]
public sealed class PromptFixtures
{
    [McpServerPrompt(Name = "test_simple_prompt"), Description("No arguments.")]
    public static string Simple() => "This is a simple prompt for testing.";

    [McpServerPrompt(Name = "test_prompt_with_arguments"), Description("Two arguments.")]
    public static string Arguments([Description("First.")] string arg1, [Description("Second.")] string arg2) =>
        $"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'";

    [McpServerPrompt(Name = "test_prompt_with_embedded_resource"), Description("Embeds a resource.")]
    public static IEnumerable<PromptMessage> Embedded([Description("Uri.")] string resourceUri) =>
    [
        new() { Role = Role.User, Content = new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = resourceUri, MimeType = "text/plain", Text = "Embedded resource content for testing." } } },
        new() { Role = Role.User, Content = new TextContentBlock { Text = "Please process the embedded resource above." } },
    ];

    [McpServerPrompt(Name = "test_prompt_with_image"), Description("Shows an image.")]
    public static IEnumerable<PromptMessage> Image() =>
    [
        new() { Role = Role.User, Content = ImageContentBlock.FromBytes(Media.Png, "image/png") },
        new() { Role = Role.User, Content = new TextContentBlock { Text = "Please analyze the image above." } },
    ];

    [McpServerPrompt(Name = "test_input_required_result_prompt"), Description("Needs input first.")]
    public static string NeedsInput(RequestContext<GetPromptRequestParams> context) =>
        RoundTripFixtures.Answer(context.Params, "user_context") is { } answer
            ? $"Context: {RoundTripFixtures.Text(answer, "context")}"
            : throw RoundTripFixtures.Ask(new() { ["user_context"] = RoundTripFixtures.Form("What context?", "context") });
}
